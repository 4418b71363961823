"""Sentences of our own that the tests of the intake are written with."""

LEAD = "The two presidents spoke by telephone on Monday and agreed to meet again in the spring."
SECOND = "They discussed trade, the harvest and the situation at the border, officials said."
THIRD = "“We will keep our word,” the president told reporters after the call."
