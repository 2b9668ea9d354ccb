"""The survey of ../bench-victims.yaml with pandas: the whole CSV as one data frame, columns at a time where pandas has
a verb for it, a list comprehension where it has none."""
import hashlib
import hmac
import json
import re
import resource
import sys
import time
import unicodedata

import pandas as pd

REASONS = [
    "opted-out", "notice-open", "deceased", "under-16", "not-a-person", "also-a-suspect", "cancelled",
    "domestic-abuse", "sexual-offence", "serious-violence", "unknown-offence", "sensitive", "no-usable-phone",
    "surveyed-recently", "shared-phone", "same-person",
]
BIT = {reason: 1 << i for i, reason in enumerate(REASONS)}

MARKS = str.maketrans({c: None for c in "'`.,_()\"\u00b4\u2018\u2019\u02bc"} | {c: " " for c in "-\u2010\u2011\u2012\u2013\u2014\t\r\n"})
LETTERS = str.maketrans(dict(zip("ŁłØøÐðĐđĦħıÆŒÞẞ", "LlOoDdDdHhiæœþß")))
DOUBLED = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"})
COMBINING = re.compile("[\u0300-\u036f]")
TITLES = re.compile(r"^((mr|mrs|ms|miss|mx|master|dr|prof|professor|rev|revd|reverend|sir|dame|lady|lord)( |$))+")
ORNAMENTS = str.maketrans({c: None for c in " ()-.+\t\u00a0\u2010\u2011\u2012\u2013\u2014"})
NATIONAL = re.compile(r"^(?:0|44|440|0044|00440)([1-9][0-9]{9})$")
WORDS = re.compile(r"\([a-z ]+\) *$")
BLANKS = " \t\r\n\u00a0"


def words(text):
    text = COMBINING.sub("", unicodedata.normalize("NFKD", text.translate(MARKS)))
    return text.translate(LETTERS).translate(DOUBLED).lower().strip(" ")


def forms(forename, surname, place):
    if not (forename and surname and place):
        return []
    given, family = TITLES.sub("", words(forename)), words(surname)
    first, last = given.split(" ", 1)[0], family.replace(" ", "")
    if not (first and last):
        return []
    out = [f"{first}|{last}|{place}", f"{first[0]}|{last}|{place}"]
    last_first = family.split(" ", 1)[0]
    return out + [f"{last_first}|{given.replace(' ', '')}|{place}"] if last_first else out


def phones(field):
    if not field:
        return []
    found = []
    parts = field.lower().translate(str.maketrans(";,|", "///")).replace(" or ", "/").split("/")[:3]
    for part in parts:
        part = part.replace("#", "x")
        match = NATIONAL.match(WORDS.sub("", part.split("x", 1)[0]).rstrip("e.: ").translate(ORNAMENTS))
        if match:
            number = match.group(1)
            kind = "other"
            if "x" not in part:
                if number[0] == "7" and number[1] not in "06":
                    kind = "mobile"
                elif number[0] in "12":
                    kind = "landline"
            found.append(("+44" + number, kind))
    return found


def main(job):
    key = bytes.fromhex(job["tokenKey"])
    base = hmac.new(key, digestmod=hashlib.sha256)

    def token(kind, text):
        h = base.copy()
        h.update(f"{kind}:{text}".encode())
        return h.hexdigest()

    registers = {}
    listed = pd.read_csv(job["registers"], dtype=str)
    for (register, kind), tokens in listed.groupby(["register", "kind"])["token"]:
        registers[register, kind] = set(tokens)

    df = pd.read_csv(job["csv"], dtype=str, keep_default_na=False, na_values=[""], usecols=[
        "victim_ref", "crime_no", "urn", "title", "forename", "surname", "born_on", "phone_mobile", "phone_home",
        "postcode", "language", "safe_contact_code", "reported_at", "occurred_on", "victim_type", "victim_role",
        "offence_code", "crime_status", "policing_area", "flag_domestic", "flag_sensitive", "deceased"])
    at = pd.to_datetime(df["reported_at"], utc=True, format="ISO8601")
    window = [pd.Timestamp(ms, unit="ms", tz="UTC") for ms in job["window"]]
    inside = (at >= window[0]) & (at < window[1])
    df, at = df[inside].reset_index(drop=True), at[inside].reset_index(drop=True)

    text = df.astype(object).where(df.notna(), None)
    strip = lambda column: [v and v.strip(BLANKS) for v in text[column]]
    place = [v and (re.sub("[^A-Z0-9]", "", v.upper()) or None) for v in strip("postcode")]
    people = [forms(*three) for three in zip(strip("forename"), strip("surname"), place)]
    urns = [v and (re.sub("[^A-Z0-9]", "", v.upper()) or None) for v in strip("urn")]
    numbers = [phones(a) + phones(b) for a, b in zip(strip("phone_mobile"), strip("phone_home"))]
    tokens = {
        "phone": [[token("phone", n) for n, _ in of] for of in numbers],
        "reference": [[token("reference", urn)] if urn else [] for urn in urns],
        "person": [[token("person", form) for form in of] for of in people],
    }
    none = pd.Series([not (p or r or q) for p, r, q in zip(*tokens.values())])

    def hit(register):
        """Definitely not in it."""
        sets = {kind: registers.get((register, kind), set()) for kind in tokens}
        found = pd.Series(False, index=df.index)
        for kind, own in tokens.items():
            if sets[kind]:
                found |= pd.Series([any(t in sets[kind] for t in of) for of in own])
        return ~found & ~none

    code = df["offence_code"]
    not_among = lambda name: code.notna() & ~code.isin(job["lists"][name])
    unset = lambda flag: ~(df[flag] == "t")
    born = df["born_on"].where((df["born_on"] > "1900-01-01") & (df["born_on"] != "1901-01-01"))
    ahead = pd.Series(0, index=df.index)
    for start, minutes in job["clock"]:
        ahead[at >= pd.Timestamp(start, unit="ms", tz="UTC")] = minutes
    local = (at + pd.to_timedelta(ahead, unit="min")).dt.strftime("%Y-%m-%d")
    sixteen = (local.str[:4].astype(int) - 16).astype(str) + local.str[4:]
    drawn_sixteen = str(int(job["drawnOn"][:4]) - 16) + job["drawnOn"][4:]
    clear = {
        "opted-out": hit("opt-outs"),
        "notice-open": at <= pd.Timestamp(job["noticeEdge"], unit="ms", tz="UTC"),
        "deceased": df["deceased"] == "f",
        "under-16": born.notna() & (sixteen >= born.fillna("9999")) & (drawn_sixteen >= born.fillna("9999")),
        "not-a-person": df["victim_type"] == "person",
        "also-a-suspect": df["victim_role"] == "victim",
        "cancelled": df["crime_status"].notna() & ~df["crime_status"].isin(["cancelled", "transferred"]),
        "domestic-abuse": unset("flag_domestic") & not_among("domestic"),
        "sexual-offence": not_among("sexual"),
        "serious-violence": not_among("serious"),
        "unknown-offence": code.isin(job["groups"].keys()),
        "sensitive": unset("flag_sensitive") & hit("safety-markers"),
        "no-usable-phone": pd.Series([any(kind != "other" for _, kind in of) for of in numbers]),
        "surveyed-recently": hit("contacts"),
    }
    mask = pd.Series(0, index=df.index)
    for reason, is_clear in clear.items():
        mask |= (~is_clear).astype(int) * BIT[reason]

    keys = df["victim_ref"] + "\t" + df["crime_no"]
    full = pd.Series([of[0] if of else None for of in tokens["person"]], dtype=object)
    used = pd.DataFrame({"row": df.index, "token": tokens["phone"], "person": full.fillna(keys)}).explode("token").dropna()
    shared = used.groupby("token")["person"].nunique()
    shared = used["token"].isin(shared.index[shared > job["personsOnAPhone"]])
    mask[used.loc[shared, "row"].unique()] |= BIT["shared-phone"]

    left = pd.DataFrame({"person": full, "at": at, "ref": df["victim_ref"], "crime": df["crime_no"]})[mask == 0]
    left = left.sort_values(["at", "ref", "crime"])
    again = left.index[left["person"].isna() | left.duplicated("person")]
    mask[again] |= BIT["same-person"]

    first = mask & -mask
    counts = {reason: int((first == BIT[reason]).sum()) for reason in REASONS}
    frame = mask.index[mask == 0]
    area = df["policing_area"].fillna("?")[frame]
    group = code.map(job["groups"]).fillna("?")[frame]
    stratum = area + " / " + group
    stratum = stratum.where(stratum.map(stratum.value_counts()) >= job["floor"], area + " / other")
    stratum = stratum.where(stratum.map(stratum.value_counts()) >= job["floor"], "other")

    ids = pd.read_csv(job["frame"], sep="\t", header=None, dtype=str, keep_default_na=False, quoting=3)
    id_of = dict(zip(ids[0] + "\t" + ids[1], ids[2]))
    sha, seed = hashlib.sha256, job["seedHash"]
    own = [id_of.get(k, "") for k in keys[frame]]
    tickets = [str(int(sha((seed + i).encode()).hexdigest(), 16)).rjust(64, "0")[::-1] for i in own]
    drawn = pd.DataFrame({"stratum": stratum, "ticket": tickets, "id": own}).sort_values(["stratum", "ticket", "id"])
    drawn = drawn[drawn.groupby("stratum").cumcount() < drawn["stratum"].map(job["quotas"]).fillna(0)]
    selected = sorted(keys[drawn.index])

    contacts = df.loc[drawn.index, ["title", "surname"]].assign(
        phone=[next((n for n, kind in numbers[i] if kind != "other"), None) for i in drawn.index],
        crime_group=group[drawn.index],
        occurred_on=df.loc[drawn.index, "occurred_on"].str[:7],
        language=df.loc[drawn.index, "language"].fillna("en"),
        safe_contact=df.loc[drawn.index, "safe_contact_code"].fillna("none"))
    contacts.to_csv(job["contacts"], index=False, lineterminator="\r\n")
    digest = sha("".join(k + "\n" for k in selected).encode()).hexdigest()
    return {"counts": counts, "frame": len(frame), "sample": len(selected), "selected": digest}


def peak_rss_kb():
    """ru_maxrss is carried over from the parent on Linux."""
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))
    except (OSError, StopIteration):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


start = time.perf_counter()
verdict = main(json.loads(sys.stdin.readline()))
verdict["seconds"] = time.perf_counter() - start
verdict["maxRssKb"] = peak_rss_kb()
print(json.dumps(verdict))
