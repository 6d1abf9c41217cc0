"""Files as offices keep them: in which encoding, with which separator, with which dates; knows no case and no HTTP."""
