"""What routing needs of the outside, as it says it itself."""
