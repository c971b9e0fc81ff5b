"""Contacts, in the three spellings the API has for them.

`zipCode` stands in accounts and contacts, `postalCode` in the contacts of a new account inside an order;
a mobile phone may be longer in a contact of its own. Lengths that the document leaves out are those of
its prose.
"""

from __future__ import annotations

from connector.sandbox.zuora.fields import Field, choice, fields_of, optional, shape, texts

NAME = Field("text", required=True, length=100, plain=True)
_SHARED = {
    **texts(
        "address1=255 address2=255 city=100 country=64 county=100 fax=40 homePhone=40 nickname=100"
        " otherPhone=40 state=100 taxRegion=100 workPhone=40"
    ),
    **fields_of("email", "personalEmail=80 workEmail=80"),
    "firstName": NAME,
    "lastName": NAME,
    "otherPhoneType": choice("Work|Mobile|Home|Other"),
}

IN_ACCOUNT = shape(_SHARED, texts("mobilePhone=40 zipCode=20"), custom="Contact")
IN_ACCOUNT_UPDATE = optional(IN_ACCOUNT)
UPDATE = optional(
    shape(
        _SHARED,
        texts("mobilePhone=100 zipCode=20 contactDescription=100"),
        fields_of("boolean", "asBillTo asShipTo asSoldTo"),
        custom="Contact",
    )
)
CREATE = shape(
    UPDATE.fields, texts("accountId accountNumber=70"), custom="Contact", firstName=NAME, lastName=NAME
)
IN_ORDER = shape(_SHARED, texts("mobilePhone=40 postalCode=20 contactDescription=100"), custom="Contact")
