"""Working time: the one place that computes when limits fall due, how much has run and what is left.

Pure: it knows no clock and reads nothing but what is passed in. `due` is the door; amounts, readings and
calendars are what it is handed, and every deadline shows its certificate.
"""
