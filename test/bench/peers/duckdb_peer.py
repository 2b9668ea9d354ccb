"""The survey of ../bench-victims.yaml in DuckDB's SQL over the CSV; Python only hands it over. DuckDB has no
NFKD: `strip_accents` stands for it, which comes to the same for the names of the synthetic month."""
import hashlib
import json
import resource
import sys
import time

import duckdb

REASONS = [
    "opted-out", "notice-open", "deceased", "under-16", "not-a-person", "also-a-suspect", "cancelled",
    "domestic-abuse", "sexual-offence", "serious-violence", "unknown-offence", "sensitive", "no-usable-phone",
    "surveyed-recently", "shared-phone", "same-person",
]


def main(job):
    db = duckdb.connect()
    db.execute("set TimeZone = 'UTC'; set preserve_insertion_order = false")
    key = bytes.fromhex(job["tokenKey"]).ljust(64, b"\0")
    pad = lambda xor: "".join(f"\\x{b ^ xor:02X}" for b in key)
    db.execute(f"""
    create macro hmac(kind, x) as sha256('{pad(0x5c)}'::blob || unhex(sha256('{pad(0x36)}'::blob || encode(kind || ':' || x))));
    create macro trimmed(x) as nullif(trim(x, chr(32) || chr(9) || chr(13) || chr(10) || chr(160)), '');
    create macro compact(x) as nullif(regexp_replace(upper(x), '[^A-Z0-9]', '', 'g'), '');
    create macro words(x) as trim(lower(replace(replace(replace(replace(translate(strip_accents(regexp_replace(
      regexp_replace(x, '[''`.,_()"´‘’ʼ]', '', 'g'), '[-‐‑‒–—\t\r\n]', ' ', 'g')),
      'ŁłØøÐðĐđĦħıÆŒÞẞ', 'LlOoDdDdHhiæœþß'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th')), ' ');
    create macro parts(x) as string_split(replace(translate(lower(x), ';,|', '///'), ' or ', '/'), '/')[:3];
    create macro digits(x) as regexp_replace(rtrim(regexp_replace(string_split(replace(x, '#', 'x'), 'x')[1], '\\([a-z ]+\\) *$', ''), 'e.: '),
      '[ ()\\-.+\t\u00a0‐-—]', '', 'g');
    create macro e164(d) as nullif('+44' || regexp_extract(d, '^(?:0|44|440|0044|00440)([1-9][0-9]{{9}})$', 1), '+44');
    create macro kind_of(n, x) as case when contains(replace(x, '#', 'x'), 'x') then 'other'
      when n[4] = '7' and n[5] not in ('0', '6') then 'mobile' when n[4] in ('1', '2') then 'landline' else 'other' end;
    create macro phones(x) as list_filter(list_transform(coalesce(parts(x), []), lambda p:
      {{'n': e164(digits(p)), 'k': kind_of(e164(digits(p)), p)}}), lambda p: p.n is not null);
    """)
    db.execute("create table register as select * from read_csv(?, header = true, all_varchar = true)", [job["registers"]])
    listed = lambda codes: "[" + ", ".join("'" + c.replace("'", "''") + "'" for c in codes) + "]"
    db.execute("create table groups as select unnest(?::varchar[]) as code, unnest(?::varchar[]) as grp",
               [list(job["groups"].keys()), list(job["groups"].values())])
    ahead = "case " + " ".join(f"when ms >= {at} then {minutes}" for at, minutes in reversed(job["clock"])) + " else 0 end"
    sixteen = str(int(job["drawnOn"][:4]) - 16) + job["drawnOn"][4:]
    db.execute(f"""
    create table intake as
    with read as (
      select *, epoch_ms(reported_at::timestamptz) as ms from read_csv('{job["csv"]}', header = true, all_varchar = true)
    ), named as (
      select *, regexp_replace(words(trimmed(forename)),
          '^((mr|mrs|ms|miss|mx|master|dr|prof|professor|rev|revd|reverend|sir|dame|lady|lord)( |$))+', '') as given,
        words(trimmed(surname)) as family, compact(trimmed(postcode)) as place,
        compact(trimmed(urn)) as reference,
        phones(trimmed(phone_mobile)) || phones(trimmed(phone_home)) as numbers
      from read where ms >= {job["window"][0]} and ms < {job["window"][1]}
    ), recognised as (
      select *, nullif(string_split(given, ' ')[1], '') as first_name, nullif(replace(family, ' ', ''), '') as last_name,
        nullif(string_split(family, ' ')[1], '') as last_first from named
    )
    select row_number() over () as id, victim_ref, crime_no, title, surname, language, safe_contact_code, occurred_on, ms,
      policing_area, offence_code, born_on, deceased, victim_type, victim_role, crime_status, flag_domestic, flag_sensitive,
      numbers, list_transform(numbers, lambda p: hmac('phone', p.n)) as phone_tokens,
      hmac('reference', reference) as reference_token,
      case when first_name || last_name || place is not null then list_filter([
        hmac('person', first_name || '|' || last_name || '|' || place),
        hmac('person', first_name[1] || '|' || last_name || '|' || place),
        hmac('person', last_first || '|' || replace(given, ' ', '') || '|' || place)], lambda t: t is not null) else [] end as person_tokens
    from recognised;
    create table identifier as
      select id, 'phone' as kind, unnest(phone_tokens) as token from intake
      union all select id, 'reference', reference_token from intake where reference_token is not null
      union all select id, 'person', unnest(person_tokens) from intake;
    create table hit as select distinct i.id, r.register from identifier i join register r on r.kind = i.kind and r.token = i.token;
    """)
    born = "case when born_on > '1900-01-01' and born_on <> '1901-01-01' then born_on end"
    day = f"strftime(make_timestamp((ms + ({ahead}) * 60000) * 1000), '%Y-%m-%d')"
    hit = lambda name: f"case when {name}.id is not null then true when len(phone_tokens) + len(person_tokens) + (reference_token is not null)::int > 0 then false end"
    among = lambda name: f"list_contains({listed(job['lists'][name])}, offence_code)"
    rules = [
        hit("oo"), f"ms > {job['noticeEdge']}", "deceased = 't'",
        f"((({day})[:4]::int - 16)::varchar || ({day})[5:] < {born} or '{sixteen}' < {born})",
        "victim_type <> 'person'", "victim_role <> 'victim'", "crime_status in ('cancelled', 'transferred')",
        f"(coalesce(flag_domestic, 'f') = 't' or {among('domestic')})", among("sexual"), among("serious"),
        "case when offence_code is not null then grp is null end",
        f"(coalesce(flag_sensitive, 'f') = 't' or {hit('sm')})",
        "len(list_filter(numbers, lambda p: p.k <> 'other')) = 0", hit("co"),
    ]
    # a list of nulls contains nothing: a missing code is unknown
    bits = " + ".join(f"case when ({rule}) is false then 0 else {1 << i} end" for i, rule in enumerate(rules))
    db.execute(f"""
    create table screened as
    with rules as (
      select i.*, g.grp, ({bits}) as mask from intake i
      left join groups g on g.code = i.offence_code
      left join hit oo on oo.id = i.id and oo.register = 'opt-outs'
      left join hit sm on sm.id = i.id and sm.register = 'safety-markers'
      left join hit co on co.id = i.id and co.register = 'contacts'
    ), used as (
      select id, unnest(phone_tokens) as token, coalesce(person_tokens[1], victim_ref || chr(9) || crime_no) as person from intake
    ), shared as (
      select distinct id from used semi join (
        select token from used group by token having count(distinct person) > {job["personsOnAPhone"]}) s using (token)
    ), phoned as (
      select r.*, r.mask | case when s.id is not null then {1 << 14} else 0 end as marked from rules r left join shared s on s.id = r.id
    ), placed as (
      select *, case when marked = 0 then row_number() over (
        partition by (marked = 0), person_tokens[1] order by ms, victim_ref, crime_no) end as nth from phoned
    )
    select * exclude (mask, marked, nth),
      marked | case when marked = 0 and (nth > 1 or person_tokens[1] is null) then {1 << 15} else 0 end as mask from placed
    """)
    firsts = dict(db.execute("select mask & -mask, count(*) from screened where mask <> 0 group by 1").fetchall())
    counts = {reason: firsts.get(1 << i, 0) for i, reason in enumerate(REASONS)}
    db.execute("create table frame_id as select * from read_csv(?, delim = chr(9), header = false, all_varchar = true, quote = '', escape = '', names = ['ref', 'crime', 'frame_id'])", [job["frame"]])
    db.execute("create table quota as select unnest(?::varchar[]) as stratum, unnest(?::int[]) as n",
               [list(job["quotas"].keys()), list(job["quotas"].values())])
    limb = lambda at, n: f"('0x' || h[{at}:{at + n - 1}])::bigint::hugeint"
    modulus = 10**18
    lead = " + ".join(f"({limb(at, n)} * {pow(2, 4 * (64 - at - n + 1), modulus)}::hugeint) % {modulus}"
                      for at, n in [(1, 4), (5, 15), (20, 15), (35, 15), (50, 15)])
    db.execute(f"""
    create table drawn as
    with framed as (
      select s.*, coalesce(policing_area, '?') as area, area || ' / ' || coalesce(grp, '?') as full_stratum from screened s where mask = 0
    ), by_last as (
      select *, case when count(*) over (partition by full_stratum) < {job["floor"]} then area || ' / other' else full_stratum end as merged from framed
    ), by_all as (
      select *, case when count(*) over (partition by merged) < {job["floor"]} then 'other' else merged end as stratum from by_last
    ), hashed as (
      select b.*, sha256('{job["seedHash"]}' || f.frame_id) as h from by_all b join frame_id f on f.ref = b.victim_ref and f.crime = b.crime_no
    ), ticketed as (
      select *, reverse(lpad((({lead}) % {modulus})::varchar, 18, '0')) as ticket from hashed
    ), ranked as (
      select *, row_number() over (partition by stratum order by ticket) as rank from ticketed
    )
    select r.* from ranked r join quota q using (stratum) where r.rank <= q.n
    """)
    db.execute(f"""copy (select title, surname, list_filter(numbers, lambda p: p.k <> 'other')[1].n as phone, grp as crime_group,
      occurred_on[:7] as occurred_on, coalesce(language, 'en') as language, coalesce(safe_contact_code, 'none') as safe_contact
      from drawn) to '{job["contacts"]}' (header, delimiter ',')""")
    selected = sorted(k for (k,) in db.execute("select victim_ref || chr(9) || crime_no from drawn").fetchall())
    digest = hashlib.sha256("".join(k + "\n" for k in selected).encode()).hexdigest()
    frame = db.execute("select count(*) from screened where mask = 0").fetchone()[0]
    return {"counts": counts, "frame": frame, "sample": len(selected), "selected": digest}


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
