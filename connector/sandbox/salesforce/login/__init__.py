"""The three ways in: OAuth client credentials, OAuth JWT bearer, and the SOAP call that is going away."""
