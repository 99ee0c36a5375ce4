"""Questions as commands: which fields they take, how these are spelled, what is made of them."""
