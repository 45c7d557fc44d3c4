import { locale } from '../ui/money.ts'

/** ISO 3166-1 alpha-2, for shops that say no countries of their own. */
const all =
  'AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IO IQ IS IT JE JM JO JP KE KG KH KI KM KN KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW'

const names = new Intl.DisplayNames(locale, { type: 'region' })

export function countryName(code: string): string {
  return names.of(code) ?? code
}

/** The countries to choose from, by name; those a shop serves, when it says which. */
export function countries(served: readonly string[] = []): { code: string; name: string }[] {
  const codes = served.length > 0 ? served : all.split(' ')
  return codes
    .map((code) => ({ code, name: countryName(code) }))
    .sort((a, b) => a.name.localeCompare(b.name, locale))
}

/** A first guess: where the reader's language is spoken. */
export function likelyCountry(served: readonly string[] = []): string {
  const region = new Intl.Locale(locale).maximize().region ?? 'US'
  return served.length === 0 || served.includes(region) ? region : (served[0] ?? region)
}
