/**
 * Codes of currencies: those of ISO 4217 with its units of account and precious metals, some that were withdrawn since 2010 and may stand in older
 * files, and CNH, the renminbi outside China, which ISO does not have. Codes that mean no currency (XXX, XTS) are none.
 * A test holds them against the currencies that its host knows. Rows of sensitivities may have others: published cases do.
 */
const CODES =
  "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CLF CLP CNY COP COU " +
  "CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD " +
  "JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO " +
  "NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT " +
  "TND TOP TRY TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAD XAF XAG XAU XCD XCG XDR XOF XPD XPF XPT XSU XUA YER ZAR " +
  "ZMW ZWG ANG BGN BYR CUC EEK HRK LTL LVL MRO SLL STD VEF ZMK ZWL CNH";

const known = new Set(CODES.split(" "));

/** Is it the code of a currency, in capital letters? */
export const isCurrency = (code: string): boolean => known.has(code);

export const CURRENCY_WORDS = "the code of a currency in three letters, such as EUR";
