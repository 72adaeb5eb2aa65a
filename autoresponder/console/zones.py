"""Time zones by the city a seller would name, and whose public holidays are kept there."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

ZONES = {
    "Asia/Seoul": gettext_lazy("서울"),
    "Asia/Tokyo": gettext_lazy("도쿄"),
    "Asia/Shanghai": gettext_lazy("상하이"),
    "Asia/Hong_Kong": gettext_lazy("홍콩"),
    "Asia/Taipei": gettext_lazy("타이베이"),
    "Asia/Singapore": gettext_lazy("싱가포르"),
    "Asia/Bangkok": gettext_lazy("방콕"),
    "Asia/Ho_Chi_Minh": gettext_lazy("호찌민"),
    "Asia/Manila": gettext_lazy("마닐라"),
    "Asia/Jakarta": gettext_lazy("자카르타"),
    "Asia/Kolkata": gettext_lazy("뉴델리"),
    "Asia/Dubai": gettext_lazy("두바이"),
    "Europe/London": gettext_lazy("런던"),
    "Europe/Paris": gettext_lazy("파리"),
    "Europe/Berlin": gettext_lazy("베를린"),
    "America/New_York": gettext_lazy("뉴욕"),
    "America/Chicago": gettext_lazy("시카고"),
    "America/Denver": gettext_lazy("덴버"),
    "America/Los_Angeles": gettext_lazy("로스앤젤레스"),
    "America/Vancouver": gettext_lazy("밴쿠버"),
    "Pacific/Honolulu": gettext_lazy("호놀룰루"),
    "Australia/Sydney": gettext_lazy("시드니"),
    "Pacific/Auckland": gettext_lazy("오클랜드"),
}

_COUNTRIES = {
    **{"Asia/Tokyo": "JP", "Asia/Shanghai": "CN", "Asia/Hong_Kong": "HK", "Asia/Taipei": "TW", "Asia/Singapore": "SG"},
    **{"Asia/Bangkok": "TH", "Asia/Ho_Chi_Minh": "VN", "Asia/Manila": "PH", "Asia/Jakarta": "ID", "Asia/Kolkata": "IN"},
    **{"Asia/Dubai": "AE", "Europe/London": "GB", "Europe/Paris": "FR", "Europe/Berlin": "DE"},
    **{"America/New_York": "US", "America/Chicago": "US", "America/Denver": "US", "America/Los_Angeles": "US"},
    **{"America/Vancouver": "CA", "Pacific/Honolulu": "US", "Australia/Sydney": "AU", "Pacific/Auckland": "NZ"},
}


def country_of(zone: str) -> str:
    """ISO code; Korea for Seoul and for every zone that is not among the cities."""
    return _COUNTRIES.get(zone, "KR")
