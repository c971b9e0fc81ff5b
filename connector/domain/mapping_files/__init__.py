"""Field mappings in files: our own JSON and CSV, the vendor's positional lists, the JSON of its HubSpot connector.

A file is read whole: every fault is told with its line, and nothing of a file with a fault may be taken over, because half a
mapping bills wrongly without a word. Writing and reading our own two formats gives the same rows again.

Reference: Zuora's help on custom field mapping of the Billing Connector for Salesforce CPQ and of the HubSpot connector.
"""

from connector.domain.mapping_files.entries import Entry, Fault, Read
from connector.domain.mapping_files.formats import FORMATS, Format, read, written

__all__ = ["FORMATS", "Entry", "Fault", "Format", "Read", "read", "written"]
