"""What each chat front end wraps around a customer's words; a new front end is one file here."""
