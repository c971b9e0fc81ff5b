"""Everything that talks to Salesforce or Zuora. The only raisers of remote errors, the only place that sees secrets."""
