"""iCalendar (RFC 5545): days off out of a file or feed that may be anything, and the shop's own hours into one.

Read by hand: no library found bounds the work a hostile file asks for (a rule for the 30th of February, two thousand
zones with rules of their own), and of the format only events with their dates matter here.
"""
