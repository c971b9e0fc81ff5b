"""Companies in Asia, Australia and the Gulf, with names outside the Latin script."""

from __future__ import annotations

from connector.sandbox.demo_org.companies import Address, Company

COMPANIES = (
    Company(
        "kakuu_shoji",
        "架空商事株式会社",
        "JPY",
        "Retail",
        billing=Address("架空町1丁目2番3号", "千代田区", "東京都", "100-0001", "Japan"),
        people=("太郎 架空", "花子 見本"),
        note="Kakuu Shoji, a trading house.",
    ),
    Company(
        "kakuu_robotics",
        "Kakuu Robotics K.K.",
        "JPY",
        "Machinery",
        parent="kakuu_shoji",
        billing=Address("4-5-6 Rei, Chuo-ku", "Osaka", "Osaka", "541-0041", "Japan"),
        people=("Jiro Mihon",),
    ),
    Company(
        "wombat_makebelieve",
        "Wombat Makebelieve Pty Ltd",
        "USD",
        "Entertainment",
        billing=Address("1 Invented Parade", "Sydney", "New South Wales", "2000", "Australia"),
        shipping=Address("44 Mirage Street", "Melbourne", "Victoria", "3000", "Australia"),
        people=("Bruce Makebelieve", "Sheila Mirage"),
    ),
    Company(
        "kalpanik_systems",
        "Kalpanik Systems Pvt. Ltd.",
        "USD",
        "Technology",
        billing=Address("7 Udaharan Road", "Bengaluru", "Karnataka", "560001", "India"),
        people=("Asha Kalpanik", "Ravi Udaharan", "Meera Namuna"),
    ),
    Company(
        "merlion_mockworks",
        "Merlion Mockworks Pte. Ltd.",
        "USD",
        "Shipping",
        billing=Address("50 Pretend Quay #12-34", "Singapore", "Central Singapore", "049320", "Singapore"),
        people=("Mei Mockworks",),
    ),
    Company(
        "mithal_trading",
        "شركة مثال للتجارة",
        "USD",
        "Retail",
        billing=Address("9 Mithal Street", "Dubai", "Dubai", "00000", "United Arab Emirates"),
        people=("ليلى مثال", "Omar Mithal"),
        note="Mithal Trading; the name is written from right to left.",
    ),
)
