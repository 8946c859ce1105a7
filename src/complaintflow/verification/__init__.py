"""What can be proved about a method before anybody relies on it."""
