"""What people call the labels, in our languages."""

from __future__ import annotations

from typing import Final

from .schema import SENTIMENTS

#: Yes and no of a complaint, beside the words for yes and no that exports use.
COMPLAINT_WORDS: Final = dict.fromkeys(
    "complaint klagomål klage klagemål valitus reklamaatio kvörtun beschwerde".split(), True
) | dict.fromkeys("not_complaint none ingen keine".split(), False)

_SENTIMENTS: Final = (
    "negative negativ negativt negatiivinen neikvætt neikvæð neikvæður neg -1 -",
    "neutral nøytral neutralt nøytralt neutraali hlutlaust neutralur neu 0 mixed blandat",
    "positive positiv positivt positiivinen jákvætt jákvæð jákvæður pos 1 +1 +",
)
SENTIMENT_WORDS: Final = {word: label for label, words in zip(SENTIMENTS, _SENTIMENTS, strict=True) for word in words.split()}

#: Levels of severity by the words of docs/labelling.md.
_SEVERITIES: Final = (
    "none no_complaint ingen inget ingenting ei_valitusta keine kein",
    "implied implicit no_explicit_reproach polite antydd underförstådd antydet epäsuora óbeint implizit",
    "disapproval missnöje misnøye utilfredshed tyytymättömyys óánægja unzufriedenheit",
    "accusation anklagelse syytös ásökun vorwurf",
    "blame threat blame_or_threat hot trussel uhkaus hótun drohung skuld",
)
SEVERITY_WORDS: Final = {word: float(level) for level, words in enumerate(_SEVERITIES) for word in words.split()}

_TOPICS: Final = {
    "delivery": "leverans leveranser leverering levering leveranse toimitus afhending sending lieferung versand",
    "product_quality": "quality product kvalitet produktkvalitet kvalitet_produkt laatu tuotteen_laatu gæði vörugæði góðska "
    "qualität produktqualität",
    "price_billing": "price prices billing invoice pris priser pris_faktura faktura hinta hinnat laskutus hinta_laskutus verð "
    "reikningur verð_reikningar prísur preis preise rechnung preis_rechnung",
    "customer_service": "service support kundtjänst kundservice kundeservice asiakaspalvelu þjónusta þjónustuver "
    "viðskiptaþjónusta kundatænasta kundenservice kundendienst",
    "app_website": "app website web appen webbplats hemsida app_hemsida app_webb nettside nettsted hjemmeside sovellus "
    "verkkosivu sovellus_verkkosivu smáforrit vefsíða vefur heimasíða webseite website_app app_webseite",
    "staff_store": "staff store shop personal butik personal_butik personale butikk ansatte henkilökunta myymälä starfsfólk "
    "verslun starvsfólk handil filiale laden",
    "outage_reliability": "outage reliability avbrott driftstörning driftstörningar driftsforstyrrelse driftsproblemer nedbrud "
    "nedetid katko katkos käyttökatko bilun rof ausfall störung zuverlässigkeit",
    "contract_cancellation": "contract cancellation avtal uppsägning avtal_uppsägning avtale oppsigelse aftale opsigelse "
    "kontrakt sopimus irtisanominen samningur uppsögn sáttmáli vertrag kündigung vertrag_kündigung",
    "refund_return": "refund return returns refunds retur återbetalning retur_återbetalning tilbakebetaling refusjon "
    "tilbagebetaling refundering palautus hyvitys endurgreiðsla skil rückgabe erstattung rückerstattung",
    "waiting_time": "waiting wait queue väntetid väntan kö ventetid ventetider kø odotusaika jonotus biðtími bíðitíð wartezeit",
    "information": "info informasjon tieto tiedotus upplýsingar upplýsing informationen",
    "safety_privacy": "safety privacy säkerhet integritet säkerhet_integritet sikkerhet sikkerhed personvern turvallisuus "
    "tietosuoja öryggi persónuvernd trygd sicherheit datenschutz",
    "environment_ethics": "environment ethics miljö etik miljö_etik miljø etikk ympäristö eettisyys umhverfi siðferði umhvørvi "
    "umwelt ethik",
    "other": "annat övrigt annet andet øvrigt muu muut annað annat_mál sonstiges andere anderes",
}
#: Topics by their names and by what they are called; keys as `normalise_name` gives them.
TOPIC_WORDS: Final = {word: topic for topic, words in _TOPICS.items() for word in (topic, *words.split())}
#: Between two words of a name, and passed over.
AND_WORDS: Final = frozenset("and och og ja und".split())
