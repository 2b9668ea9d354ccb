-- plan f9a9689ba2a0c8e0081cb64bfeed0db314d6381624964f12a10f39c34c42b676
-- declaration d7708c89df2429b535294048e2147c3889c3b5ab8f8ff6fd9a97cc0856e7b1df

-- staging: nonce
unlogged table nonce (
  nonce bytea
)

-- staging: intake
unlogged table intake (
  key text[]
  c_born_on date
  c_district text
  c_left_on date
  c_attempts bigint
  c_deceased boolean
  check_0 boolean
  check_1 boolean
  phone_kinds text[]
  phone_tokens bytea[]
  reference_tokens bytea[]
  person_tokens bytea[]
)

-- staging: quarantine
unlogged table quarantine (
  key text[]
  code text
)

-- staging: screened
unlogged table screened (
  key text[]
  mask bigint -- with statistics
  strata text[]
  shared bigint
  phone_tokens bytea[]
  reference_tokens bytea[]
  person_tokens bytea[]
)

-- staging: frame_key
unlogged table frame_key (
  frame_id text
  stratum text
  key text[]
  shared bigint
  phone_tokens bytea[]
  reference_tokens bytea[]
  person_tokens bytea[]
)

-- staging: sampled
unlogged table sampled (
  frame_id text
  stratum text
  key text[]
  part text
  rank integer
  state text
  struck_by text
  shared bigint
  phone_tokens bytea[]
  reference_tokens bytea[]
  person_tokens bytea[]
)

-- staging: recheck
unlogged table recheck (
  key text[]
  c_born_on date
  c_district text
  c_left_on date
  c_attempts bigint
  c_deceased boolean
  check_0 boolean
  check_1 boolean
  phone_kinds text[]
  phone_tokens bytea[]
  reference_tokens bytea[]
  person_tokens bytea[]
)

-- staging: contact
unlogged table contact (
  survey_ref text
  key text[]
  frame_id text
  f_title text
  f_surname text
  f_phone text
  f_language text
)

-- staging: contact_again
unlogged table contact_again (
  survey_ref text
  key text[]
  frame_id text
  f_title text
  f_surname text
  f_phone text
  f_language text
)

-- extract: read
select s."resident_ref"::text,
s."born_on"::text,
s."district"::text,
s."left_on"::text,
s."attempts"::text,
s."deceased"::text,
s."phone_mobile"::text,
s."phone_home"::text,
s."forename"::text,
s."surname"::text,
s."postcode"::text
from "survey"."resident" s
where true

-- extract: sourceCounts
select (count(*) filter (where true))::text as rows, (null)::text as newest
from "survey"."resident" s

-- extract: arrived
create temp table arrived ("c_resident_ref" text, "c_born_on" text, "c_district" text, "c_left_on" text, "c_attempts" text, "c_deceased" text, "c_phone_mobile" text, "c_phone_home" text, "c_forename" text, "c_surname" text, "c_postcode" text) on commit drop

-- extract: reset
truncate intake, quarantine

-- extract: load 1 of 1
insert into "intake" ("key", "c_born_on", "c_district", "c_left_on", "c_attempts", "c_deceased", "check_0", "check_1", "phone_kinds", "phone_tokens", "reference_tokens", "person_tokens")
select t."key", t."v_c_born_on", t."v_c_district", t."v_c_left_on", t."v_c_attempts", t."v_c_deceased", case when regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g') ~ '^[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}$'
then not (array[substring(left(regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g'), -3) from '^[A-Z]+'), left(regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g'), -3), left(regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g'), -3) || ' ' || substr(regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g'), length(regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g')) - 2, 1)] && $1::text[]) end, ((' ' || btrim(regexp_replace(lower(translate(replace("c_surname", '&', ' and '), '.''’`', '') collate "C"), '[^a-z0-9]+', ' ', 'g')) || ' ') like any ($2::text[])), array_remove(array["k_1_1", "k_1_2", "k_1_3", "k_1_4", "k_2_1", "k_2_2", "k_2_3", "k_2_4"]::text[], null), array_remove(array[sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_1_1", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_1_2", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_1_3", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_1_4", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_2_1", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_2_2", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_2_3", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_2_4", 'UTF8')))]::bytea[], null), array_remove(array[sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('reference:' || "r_1", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('reference:' || nullif("l_1"[1], "r_1"), 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('reference:' || nullif("l_1"[2], "r_1"), 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('reference:' || nullif("l_1"[3], "r_1"), 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('reference:' || nullif("l_1"[4], "r_1"), 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('reference:' || nullif("l_1"[5], "r_1"), 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('reference:' || case when translate("r_1", 'IO', '') <> "r_1" and "r_1" ~ '[0-9][IO]+[0-9]' then regexp_replace(regexp_replace(regexp_replace("r_1", '(?<=[0-9][IO]*)[O](?=[IO]*[/\\._-]?[0-9])|(?<=[/\\._-][IO]*)[O](?=[IO]*[0-9])', '0', 'g'), '(?<=[0-9][IO]*)[I](?=[IO]*[/\\._-]?[0-9])|(?<=[/\\._-][IO]*)[I](?=[IO]*[0-9])', '1', 'g'), '^(?:URN|CRN|REFERENCE|REFS?|CRIME|CASE|INCIDENT|OCCURRENCE|REPORT|INVESTIGATION|UNIQUE|NUMBERS?|NUM|NO|NR|ID|LOG|CAD|NICHE|IS|THE|MY|OUR|YOUR|POLICE|INC|OCC|RE|CN|CR|CRI)+(?=[A-Z]{0,4}[0-9])', '') end, 'UTF8')))]::bytea[], null), case when (fore_first is not null and sur_all is not null and place is not null) then array_remove(array[sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || "held_first", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || "held_any", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || held_further[1], 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || held_further[2], 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || held_further[3], 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || held_further[4], 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || held_further[5], 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || held_further[6], 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || held_further[7], 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || held_further[8], 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || held_further[9], 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || held_further[10], 'UTF8')))]::bytea[], null) else '{}'::bytea[] end
from (select l.*,
  fore_first || '|' || sur_all || '|' || place as "held_first",
  left(fore_first, 1) || '*|' || sur_all || '|' || place as "held_any",
  case when fore_plain and sur_plain and length(fore_first) > 2 then null
  when fore like '%&%' or sur like '% % %' or sur like '%\_%' or fore_folded is not null or sur_folded is not null
  then array(select first || last || '|' || place
    from unnest(string_to_array((case when fore_folded is not null or sur_folded is not null then coalesce(fore_folded, fore) end), '&')) with ordinality n(name, alias),
    lateral (select split_part(name, ' ', 1) as x, string_to_array((case when fore_folded is not null or sur_folded is not null then coalesce(sur_folded, sur) end), ' ') as w) one,
    lateral (values (1, x || '|'), (2, left(x, 1) || '*|'), (3, case when name like '% %' then replace(name, ' ', '') || '|' end),
      (4, case when (length(x) = 1 or (length(x) = 2 and x ~ '^([^aeiouy][^aeiouy]|[aeiou][bcfghjkpqrtvwx]|am)$' and x not in ('md', 'ng'))) then left(x, 1) || '.|' end)) f(fore_nth, first),
    lateral (select 1 as sur_nth, translate((case when fore_folded is not null or sur_folded is not null then coalesce(sur_folded, sur) end), ' _', '') as last
      union all select 2, '~' || replace(u, '_', '') from unnest(w) u where cardinality(w) > 1
      union all select 2, '~' || split_part(u, '_', -1) from unnest(w) u where u like '%\_%'
      union all select 3, '~' || translate(w[i] || w[j], '_', '') from generate_series(1, 4) i, generate_series(i + 1, 5) j
      where cardinality(w) > 2 and w[j] is not null) l
    where first is not null and true and x <> ''
    group by first, last order by min(sur_nth), min(alias), min(fore_nth), last) || array(select first || last || '|' || place
    from unnest(string_to_array(fore, '&')) with ordinality n(name, alias),
    lateral (select split_part(name, ' ', 1) as x, string_to_array(sur, ' ') as w) one,
    lateral (values (1, x || '|'), (2, left(x, 1) || '*|'), (3, case when name like '% %' then replace(name, ' ', '') || '|' end),
      (4, case when (length(x) = 1 or (length(x) = 2 and x ~ '^([^aeiouy][^aeiouy]|[aeiou][bcfghjkpqrtvwx]|am)$' and x not in ('md', 'ng'))) then left(x, 1) || '.|' end)) f(fore_nth, first),
    lateral (select 1 as sur_nth, translate(sur, ' _', '') as last
      union all select 2, '~' || replace(u, '_', '') from unnest(w) u where cardinality(w) > 1
      union all select 2, '~' || split_part(u, '_', -1) from unnest(w) u where u like '%\_%'
      union all select 3, '~' || translate(w[i] || w[j], '_', '') from generate_series(1, 4) i, generate_series(i + 1, 5) j
      where cardinality(w) > 2 and w[j] is not null) l
    where first is not null and (alias > 1 or sur_nth > 1 or fore_nth > 2) and x <> ''
    group by first, last order by min(sur_nth), min(alias), min(fore_nth), last) || case when fore_plain and fore ~ '[ &]' then array[fore || '|' || sur_all || '|' || place] end
  when fore like '% %' or sur like '% %' or length(fore_first) < 3 then array_remove(array[case when fore like '% %' then replace(fore, ' ', '') || '|' else null end || sur_all || '|' || place, case when (length(fore_first) = 1 or (length(fore_first) = 2 and fore_first ~ '^([^aeiouy][^aeiouy]|[aeiou][bcfghjkpqrtvwx]|am)$' and fore_first not in ('md', 'ng'))) then left(fore_first, 1) || '.|' else null end || sur_all || '|' || place, fore_first || '|' || case when sur like '% %' then '~' || split_part(sur, ' ', 1) else null end || '|' || place, left(fore_first, 1) || '*|' || case when sur like '% %' then '~' || split_part(sur, ' ', 1) else null end || '|' || place, case when fore like '% %' then replace(fore, ' ', '') || '|' else null end || case when sur like '% %' then '~' || split_part(sur, ' ', 1) else null end || '|' || place, case when (length(fore_first) = 1 or (length(fore_first) = 2 and fore_first ~ '^([^aeiouy][^aeiouy]|[aeiou][bcfghjkpqrtvwx]|am)$' and fore_first not in ('md', 'ng'))) then left(fore_first, 1) || '.|' else null end || case when sur like '% %' then '~' || split_part(sur, ' ', 1) else null end || '|' || place, fore_first || '|' || case when sur like '% %' then '~' || split_part(sur, ' ', -1) else null end || '|' || place, left(fore_first, 1) || '*|' || case when sur like '% %' then '~' || split_part(sur, ' ', -1) else null end || '|' || place, case when fore like '% %' then replace(fore, ' ', '') || '|' else null end || case when sur like '% %' then '~' || split_part(sur, ' ', -1) else null end || '|' || place, case when (length(fore_first) = 1 or (length(fore_first) = 2 and fore_first ~ '^([^aeiouy][^aeiouy]|[aeiou][bcfghjkpqrtvwx]|am)$' and fore_first not in ('md', 'ng'))) then left(fore_first, 1) || '.|' else null end || case when sur like '% %' then '~' || split_part(sur, ' ', -1) else null end || '|' || place], null) || case when fore_plain and fore ~ '[ &]' then array[fore || '|' || sur_all || '|' || place] end end as "held_further"
  from (select t.*, "fore_plain", "sur_plain", "fore_0", "sur_0", "fore", "sur", "fore_first", "sur_all", "fore_folded", "sur_folded", "place_said", "place_0", "place"
    from (select l.*,
      case
      when "e_1_1" is null then null
      when left(("m_1")[1], 1) = 'x' then 'other'
      when substr("e_1_1", 4, 1) = '7' and substr("e_1_1", 5, 1) not in ('0', '6') then 'mobile'
      when substr("e_1_1", 4, 1) in ('1', '2') then 'landline'
      else 'other'
      end as "k_1_1",
      case
      when "e_1_2" is null then null
      when left(("m_1")[2], 1) = 'x' then 'other'
      when substr("e_1_2", 4, 1) = '7' and substr("e_1_2", 5, 1) not in ('0', '6') then 'mobile'
      when substr("e_1_2", 4, 1) in ('1', '2') then 'landline'
      else 'other'
      end as "k_1_2",
      case
      when "e_1_3" is null then null
      when left(("m_1")[3], 1) = 'x' then 'other'
      when substr("e_1_3", 4, 1) = '7' and substr("e_1_3", 5, 1) not in ('0', '6') then 'mobile'
      when substr("e_1_3", 4, 1) in ('1', '2') then 'landline'
      else 'other'
      end as "k_1_3",
      case
      when "e_1_4" is null then null
      when left(("m_1")[4], 1) = 'x' then 'other'
      when substr("e_1_4", 4, 1) = '7' and substr("e_1_4", 5, 1) not in ('0', '6') then 'mobile'
      when substr("e_1_4", 4, 1) in ('1', '2') then 'landline'
      else 'other'
      end as "k_1_4",
      case
      when "e_2_1" is null then null
      when left(("m_2")[1], 1) = 'x' then 'other'
      when substr("e_2_1", 4, 1) = '7' and substr("e_2_1", 5, 1) not in ('0', '6') then 'mobile'
      when substr("e_2_1", 4, 1) in ('1', '2') then 'landline'
      else 'other'
      end as "k_2_1",
      case
      when "e_2_2" is null then null
      when left(("m_2")[2], 1) = 'x' then 'other'
      when substr("e_2_2", 4, 1) = '7' and substr("e_2_2", 5, 1) not in ('0', '6') then 'mobile'
      when substr("e_2_2", 4, 1) in ('1', '2') then 'landline'
      else 'other'
      end as "k_2_2",
      case
      when "e_2_3" is null then null
      when left(("m_2")[3], 1) = 'x' then 'other'
      when substr("e_2_3", 4, 1) = '7' and substr("e_2_3", 5, 1) not in ('0', '6') then 'mobile'
      when substr("e_2_3", 4, 1) in ('1', '2') then 'landline'
      else 'other'
      end as "k_2_3",
      case
      when "e_2_4" is null then null
      when left(("m_2")[4], 1) = 'x' then 'other'
      when substr("e_2_4", 4, 1) = '7' and substr("e_2_4", 5, 1) not in ('0', '6') then 'mobile'
      when substr("e_2_4", 4, 1) in ('1', '2') then 'landline'
      else 'other'
      end as "k_2_4"
      from (select l.*,
        coalesce("w_1", ltrim(("m_1")[1], 'x')) as "e_1_1",
        ltrim(("m_1")[2], 'x') as "e_1_2",
        ltrim(("m_1")[3], 'x') as "e_1_3",
        ltrim(("m_1")[4], 'x') as "e_1_4",
        coalesce("w_2", ltrim(("m_2")[1], 'x')) as "e_2_1",
        ltrim(("m_2")[2], 'x') as "e_2_2",
        ltrim(("m_2")[3], 'x') as "e_2_3",
        ltrim(("m_2")[4], 'x') as "e_2_4"
        from (select l.*,
          case when "w_1" is null and length("p_1") > 9 then (select case
            when cardinality(m) > 0 and length(regexp_replace("p_1", '[^0-9]+', '', 'g')) < 11 * cardinality(m) + 9 then m
            else array(select n from unnest(m || array(
                  select mark || '+44' || national from (select mark, regexp_replace(regexp_replace(number, '[^0-9]', '', 'g'), '^(?:0?0?44)?0?', '') as national, nth, place
                    from (select 'x' as mark, r[1] as number, nth, 1 as place
                      from regexp_matches(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(replace("p_1", '%2b', '+'), '&[#a-z0-9]+;|%20|_x000d_', ' ', 'g'), '(?:\+|(?<![0-9])00)[ (]*(?!4 ?4|[0(])[1-9](?:[ .()-]{0,2}[0-9]){6,14}', '<>', 'g'), '(?<=[0-9]o*)o(?![a-np-z])|(?<=[0-9][ -]?o*)o(?=[ilo]+[0-9])|(?<![a-np-z])o(?=o*[0-9])', '0', 'g'), '(?<=[0-9][ -]?[il]*)[il](?=[il]*[0-9])', '1', 'g'), '([1-9])\.([0-9]{9,11})e\+?[0-9]{1,2}(?![0-9])', '\1\2', 'g'), '([0-9]{9})\.0+(?![0-9])', '\1', 'g'), '((?<![0-9] *)(?:\+?(?:00)? ?44 ?(?:\(0\) ?)?|0)[1-9][0-9]{1,4}\)?) / (?=[0-9]{3,4} ?[0-9]{3,4}(?! ?[0-9]))', '\1 ', 'g'), '(?<![0-9/.-])(?:[0-3]?[0-9][/.-][01]?[0-9][/.-](?:[0-9]{4}|[0-9]{2})|20[0-9]{2}-[01][0-9]-[0-3][0-9]|[0-9]+(?:/[0-9]+)+)(?![0-9/])|(?<![0-9])[0-3]?[0-9](?:st|nd|rd|th)?\s+(?:of\s+)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*(?:\s+(?:20)?[0-9]{2})?(?![0-9])|\m(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\s+20[0-9]{2}(?![0-9])|(?<![0-9])[0-9]{1,4}\s*(?:[ap]\.?m|hrs?|hours?|h|x|calls?|times?|attempts?|rings?|mins?|minutes?|days?|weeks?|st|nd|rd|th)\M|(?<![0-9])(?:[01]?[0-9]|2[0-4])[:.][0-5][0-9](?![0-9])|(?<![0-9][._-]?)(?:[01]?[0-9]|2[0-4])(?:[0-5][0-9])?\s*(?:-|/|to|till?|until|and)\s*(?:[01]?[0-9]|2[0-4])(?:[0-5][0-9])?(?![0-9])|(?<=[a-z#]\s?)[0-9](?![0-9])|(?<![0-9])14(?:1|70)[ ,-]+(?=[(+0])', '<>', 'g'), ' / ', '<>', 'g'), '(?<![0-9][ ._-]?)((?:(?:0?0?[ ,.;|=/\\()_-]{0,3}44[ ,.;|=/\\()_-]{0,3}0?|0)[ ,.;|=/\\()_-]{0,3}(?=[1-9])|(?=[17]|2[03489]))(?:[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{6}|[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}|[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{4}|[0-9]{2}[ ,.;|=/\\()_-]{0,3}[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{4}|[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{5}|[0-9]{5}[ ,.;|=/\\()_-]{0,3}[0-9]{4}|[0-9]{1}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}))(?![ ._-]?[0-9])', 'g') with ordinality f(r, nth)) p) n where national ~ '^(?:[1-9][0-9]{9}|1(?:2(?:0(?:46[1-4]|87[2-9])|545[1-79]|76(?:2\d|3[1-8]|6[1-6])|9(?:7(?:2[0-4]|3[2-5])|8(?:2[2-8]|7[0-47-9]|8[3-5])))|3(?:6(?:38[2-5]|47[23])|8(?:47[04-9]|64[0157-9]))|4(?:044[1-7]|20(?:2[23]|8\d)|6(?:0(?:30|5[2-57]|6[1-8]|7[2-8])|140)|8(?:052|87[1-3]))|5(?:2(?:4(?:3[2-79]|6\d)|76\d)|6(?:26[06-9]|686))|6(?:06(?:4\d|7[4-79])|295[5-7]|35[34]\d|47(?:24|61)|59(?:5[08]|6[67]|74)|9(?:55[0-4]|77[23]))|7(?:26(?:6[13-9]|7[0-7])|(?:442|688)\d|50(?:2[0-3]|[3-68]2|76))|8(?:27[56]\d|37(?:5[2-5]|8[239])|843[2-58])|9(?:0(?:0(?:6[1-8]|85)|52\d)|3583|4(?:66[1-8]|9(?:2[01]|81))|63(?:23|3[1-4])|9561))\d{3})$' order by nth, place)) with ordinality f(n, nth) group by n order by min(nth)) end
            from (select array(
                select mark || '+44' || national from (select mark, regexp_replace(regexp_replace(number, '[^0-9]', '', 'g'), '^(?:0?0?44)?0?', '') as national, nth, place
                  from (select case when found.r[2] ~ '^[^a-z0-9]*(x|xt|ext|extn|extension|#)[^a-z0-9]*$' then 'x' else '' end as mark, number, found.nth, place
                    from regexp_matches(regexp_replace("p_1", '(^|[^0-9])[0-9][):.]\s+(?=[+(0])', '\1;', 'g'), '(\+?[0-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9])*)([^0-9+]*)', 'g') with ordinality found(r, nth),
                    unnest(regexp_match(ltrim(found.r[1], '+'), '^((?:0[][ (){}._*~:''"\t\r\n-]*0[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|0)[][ (){}._*~:''"\t\r\n-]*[1-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9]){8,9})(?:[][ (){}._*~:''"\t\r\n-]*[\s-][][ (){}._*~:''"\t\r\n-]*((?:0[][ (){}._*~:''"\t\r\n-]*0[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|0)[][ (){}._*~:''"\t\r\n-]*[1-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9]){8,9}))?(?:[][ (){}._*~:''"\t\r\n-]*[\s-][][ (){}._*~:''"\t\r\n-]*((?:0[][ (){}._*~:''"\t\r\n-]*0[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|0)[][ (){}._*~:''"\t\r\n-]*[1-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9]){8,9}))?$'))
                    with ordinality part(number, place) where number is not null) p) n where national ~ '^(?:[1-9][0-9]{9}|1(?:2(?:0(?:46[1-4]|87[2-9])|545[1-79]|76(?:2\d|3[1-8]|6[1-6])|9(?:7(?:2[0-4]|3[2-5])|8(?:2[2-8]|7[0-47-9]|8[3-5])))|3(?:6(?:38[2-5]|47[23])|8(?:47[04-9]|64[0157-9]))|4(?:044[1-7]|20(?:2[23]|8\d)|6(?:0(?:30|5[2-57]|6[1-8]|7[2-8])|140)|8(?:052|87[1-3]))|5(?:2(?:4(?:3[2-79]|6\d)|76\d)|6(?:26[06-9]|686))|6(?:06(?:4\d|7[4-79])|295[5-7]|35[34]\d|47(?:24|61)|59(?:5[08]|6[67]|74)|9(?:55[0-4]|77[23]))|7(?:26(?:6[13-9]|7[0-7])|(?:442|688)\d|50(?:2[0-3]|[3-68]2|76))|8(?:27[56]\d|37(?:5[2-5]|8[239])|843[2-58])|9(?:0(?:0(?:6[1-8]|85)|52\d)|3583|4(?:66[1-8]|9(?:2[01]|81))|63(?:23|3[1-4])|9561))\d{3})$' order by nth, place) as m offset 0) plainly) end as "m_1",
          case when "w_2" is null and length("p_2") > 9 then (select case
            when cardinality(m) > 0 and length(regexp_replace("p_2", '[^0-9]+', '', 'g')) < 11 * cardinality(m) + 9 then m
            else array(select n from unnest(m || array(
                  select mark || '+44' || national from (select mark, regexp_replace(regexp_replace(number, '[^0-9]', '', 'g'), '^(?:0?0?44)?0?', '') as national, nth, place
                    from (select 'x' as mark, r[1] as number, nth, 1 as place
                      from regexp_matches(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(replace("p_2", '%2b', '+'), '&[#a-z0-9]+;|%20|_x000d_', ' ', 'g'), '(?:\+|(?<![0-9])00)[ (]*(?!4 ?4|[0(])[1-9](?:[ .()-]{0,2}[0-9]){6,14}', '<>', 'g'), '(?<=[0-9]o*)o(?![a-np-z])|(?<=[0-9][ -]?o*)o(?=[ilo]+[0-9])|(?<![a-np-z])o(?=o*[0-9])', '0', 'g'), '(?<=[0-9][ -]?[il]*)[il](?=[il]*[0-9])', '1', 'g'), '([1-9])\.([0-9]{9,11})e\+?[0-9]{1,2}(?![0-9])', '\1\2', 'g'), '([0-9]{9})\.0+(?![0-9])', '\1', 'g'), '((?<![0-9] *)(?:\+?(?:00)? ?44 ?(?:\(0\) ?)?|0)[1-9][0-9]{1,4}\)?) / (?=[0-9]{3,4} ?[0-9]{3,4}(?! ?[0-9]))', '\1 ', 'g'), '(?<![0-9/.-])(?:[0-3]?[0-9][/.-][01]?[0-9][/.-](?:[0-9]{4}|[0-9]{2})|20[0-9]{2}-[01][0-9]-[0-3][0-9]|[0-9]+(?:/[0-9]+)+)(?![0-9/])|(?<![0-9])[0-3]?[0-9](?:st|nd|rd|th)?\s+(?:of\s+)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*(?:\s+(?:20)?[0-9]{2})?(?![0-9])|\m(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\s+20[0-9]{2}(?![0-9])|(?<![0-9])[0-9]{1,4}\s*(?:[ap]\.?m|hrs?|hours?|h|x|calls?|times?|attempts?|rings?|mins?|minutes?|days?|weeks?|st|nd|rd|th)\M|(?<![0-9])(?:[01]?[0-9]|2[0-4])[:.][0-5][0-9](?![0-9])|(?<![0-9][._-]?)(?:[01]?[0-9]|2[0-4])(?:[0-5][0-9])?\s*(?:-|/|to|till?|until|and)\s*(?:[01]?[0-9]|2[0-4])(?:[0-5][0-9])?(?![0-9])|(?<=[a-z#]\s?)[0-9](?![0-9])|(?<![0-9])14(?:1|70)[ ,-]+(?=[(+0])', '<>', 'g'), ' / ', '<>', 'g'), '(?<![0-9][ ._-]?)((?:(?:0?0?[ ,.;|=/\\()_-]{0,3}44[ ,.;|=/\\()_-]{0,3}0?|0)[ ,.;|=/\\()_-]{0,3}(?=[1-9])|(?=[17]|2[03489]))(?:[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{6}|[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}|[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{4}|[0-9]{2}[ ,.;|=/\\()_-]{0,3}[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{4}|[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{5}|[0-9]{5}[ ,.;|=/\\()_-]{0,3}[0-9]{4}|[0-9]{1}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}))(?![ ._-]?[0-9])', 'g') with ordinality f(r, nth)) p) n where national ~ '^(?:[1-9][0-9]{9}|1(?:2(?:0(?:46[1-4]|87[2-9])|545[1-79]|76(?:2\d|3[1-8]|6[1-6])|9(?:7(?:2[0-4]|3[2-5])|8(?:2[2-8]|7[0-47-9]|8[3-5])))|3(?:6(?:38[2-5]|47[23])|8(?:47[04-9]|64[0157-9]))|4(?:044[1-7]|20(?:2[23]|8\d)|6(?:0(?:30|5[2-57]|6[1-8]|7[2-8])|140)|8(?:052|87[1-3]))|5(?:2(?:4(?:3[2-79]|6\d)|76\d)|6(?:26[06-9]|686))|6(?:06(?:4\d|7[4-79])|295[5-7]|35[34]\d|47(?:24|61)|59(?:5[08]|6[67]|74)|9(?:55[0-4]|77[23]))|7(?:26(?:6[13-9]|7[0-7])|(?:442|688)\d|50(?:2[0-3]|[3-68]2|76))|8(?:27[56]\d|37(?:5[2-5]|8[239])|843[2-58])|9(?:0(?:0(?:6[1-8]|85)|52\d)|3583|4(?:66[1-8]|9(?:2[01]|81))|63(?:23|3[1-4])|9561))\d{3})$' order by nth, place)) with ordinality f(n, nth) group by n order by min(nth)) end
            from (select array(
                select mark || '+44' || national from (select mark, regexp_replace(regexp_replace(number, '[^0-9]', '', 'g'), '^(?:0?0?44)?0?', '') as national, nth, place
                  from (select case when found.r[2] ~ '^[^a-z0-9]*(x|xt|ext|extn|extension|#)[^a-z0-9]*$' then 'x' else '' end as mark, number, found.nth, place
                    from regexp_matches(regexp_replace("p_2", '(^|[^0-9])[0-9][):.]\s+(?=[+(0])', '\1;', 'g'), '(\+?[0-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9])*)([^0-9+]*)', 'g') with ordinality found(r, nth),
                    unnest(regexp_match(ltrim(found.r[1], '+'), '^((?:0[][ (){}._*~:''"\t\r\n-]*0[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|0)[][ (){}._*~:''"\t\r\n-]*[1-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9]){8,9})(?:[][ (){}._*~:''"\t\r\n-]*[\s-][][ (){}._*~:''"\t\r\n-]*((?:0[][ (){}._*~:''"\t\r\n-]*0[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|0)[][ (){}._*~:''"\t\r\n-]*[1-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9]){8,9}))?(?:[][ (){}._*~:''"\t\r\n-]*[\s-][][ (){}._*~:''"\t\r\n-]*((?:0[][ (){}._*~:''"\t\r\n-]*0[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|0)[][ (){}._*~:''"\t\r\n-]*[1-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9]){8,9}))?$'))
                    with ordinality part(number, place) where number is not null) p) n where national ~ '^(?:[1-9][0-9]{9}|1(?:2(?:0(?:46[1-4]|87[2-9])|545[1-79]|76(?:2\d|3[1-8]|6[1-6])|9(?:7(?:2[0-4]|3[2-5])|8(?:2[2-8]|7[0-47-9]|8[3-5])))|3(?:6(?:38[2-5]|47[23])|8(?:47[04-9]|64[0157-9]))|4(?:044[1-7]|20(?:2[23]|8\d)|6(?:0(?:30|5[2-57]|6[1-8]|7[2-8])|140)|8(?:052|87[1-3]))|5(?:2(?:4(?:3[2-79]|6\d)|76\d)|6(?:26[06-9]|686))|6(?:06(?:4\d|7[4-79])|295[5-7]|35[34]\d|47(?:24|61)|59(?:5[08]|6[67]|74)|9(?:55[0-4]|77[23]))|7(?:26(?:6[13-9]|7[0-7])|(?:442|688)\d|50(?:2[0-3]|[3-68]2|76))|8(?:27[56]\d|37(?:5[2-5]|8[239])|843[2-58])|9(?:0(?:0(?:6[1-8]|85)|52\d)|3583|4(?:66[1-8]|9(?:2[01]|81))|63(?:23|3[1-4])|9561))\d{3})$' order by nth, place) as m offset 0) plainly) end as "m_2"
          from (select l.*,
            case when key_missing then 'KEY_MISSING' when not "g_c_born_on" then $3::text when not "g_c_left_on" then $4::text when not "g_c_attempts" then $5::text when not "g_c_deceased" then $6::text when "v_c_left_on" < date '1900-01-01' or "v_c_left_on" >= date '2200-01-01' then $7::text  end as "code",
            case
            when translate("d_1", '6789012345', '') <> '' then null
            when length("d_1") = 11 and substr("d_1", 1, 1) = '0' and substr("d_1", 2, 1) <> '0' then '+44' || substr("d_1", 2)
            when length("d_1") = 12 and left("d_1", 2) = '44' and substr("d_1", 3, 1) <> '0' then '+' || "d_1"
            when length("d_1") = 13 and left("d_1", 3) = '440' and substr("d_1", 4, 1) <> '0' then '+44' || substr("d_1", 4)
            when length("d_1") = 14 and left("d_1", 4) = '0044' and substr("d_1", 5, 1) <> '0' then '+' || substr("d_1", 3)
            when length("d_1") = 15 and left("d_1", 5) = '00440' and substr("d_1", 6, 1) <> '0' then '+44' || substr("d_1", 6)
            end as "w_1",
            case
            when translate("d_2", '6789012345', '') <> '' then null
            when length("d_2") = 11 and substr("d_2", 1, 1) = '0' and substr("d_2", 2, 1) <> '0' then '+44' || substr("d_2", 2)
            when length("d_2") = 12 and left("d_2", 2) = '44' and substr("d_2", 3, 1) <> '0' then '+' || "d_2"
            when length("d_2") = 13 and left("d_2", 3) = '440' and substr("d_2", 4, 1) <> '0' then '+44' || substr("d_2", 4)
            when length("d_2") = 14 and left("d_2", 4) = '0044' and substr("d_2", 5, 1) <> '0' then '+' || substr("d_2", 3)
            when length("d_2") = 15 and left("d_2", 5) = '00440' and substr("d_2", 6, 1) <> '0' then '+44' || substr("d_2", 6)
            end as "w_2",
            case when "c_resident_ref" ~ '[^A-Za-z0-9/._-]' and (length("r_1") > 15 or "c_resident_ref" ~ '[A-Za-z]{3}|[^A-Za-z0-9/\\._ -]| [/-] ')
            or length("r_1") > 18 then array(
              select p.part from (select regexp_replace(regexp_replace(upper(case when octet_length("c_resident_ref") = length("c_resident_ref") then "c_resident_ref"
                      else translate(normalize(translate(translate("c_resident_ref", E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKC), '١٢٣٤٥٦٧٨٩٠۱۲۳۴۵۶۷۸۹۰१२३४५६७८९०১২৩৪৫৬৭৮৯০੧੨੩੪੫੬੭੮੯੦૧૨૩૪૫૬૭૮૯૦୧୨୩୪୫୬୭୮୯୦௧௨௩௪௫௬௭௮௯௦౧౨౩౪౫౬౭౮౯౦೧೨೩೪೫೬೭೮೯೦൧൨൩൪൫൬൭൮൯൦๑๒๓๔๕๖๗๘๙๐໑໒໓໔໕໖໗໘໙໐༡༢༣༤༥༦༧༨༩༠၁၂၃၄၅၆၇၈၉၀១២៣៤៥៦៧៨៩០᠑᠒᠓᠔᠕᠖᠗᠘᠙᠐', '12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890') end collate "C"), '[ \t\u00a0]+', ' ', 'g'), '(?<![0-9/.-])[0-3]?[0-9](?:ST|ND|RD|TH)? +(?:OF +)?(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)[A-Z]*(?: +(?:20)?[0-9]{2})?(?![0-9])', ';', 'g') as whole offset 0) given,
              lateral (values (1, regexp_replace(whole, '([A-Z0-9]) ?([/\\.-]) ?(?=[0-9])', '\1\2', 'g')), (2, regexp_replace(whole, ' [/-] ', ';', 'g'))) v(view, seen),
              lateral regexp_matches(seen, '((?:\m[A-Z]{1,4} )?)([A-Z/\\._-]*[0-9][A-Z0-9/\\._-]*(?: [A-Z/\\._-]*[0-9][A-Z0-9/\\._-]*)*)', 'g') with ordinality found(r, nth),
              lateral (select r[1] || r[2] as text union all select r[2] union all
                select c from regexp_split_to_table(r[2], ' ') c where c ~ '[/\\._-].*[0-9]' or length(c) > 7 union all
                select regexp_split_to_table(c, '[/\\-]') from regexp_split_to_table(r[2], ' ') c where length(c) > 18 and c ~ '^[A-Z0-9]{9,}(?:[/\\-][A-Z0-9]{9,})+$') cut,
              lateral (values (regexp_replace(cut.text, '[^A-Z0-9]+', '', 'g')), (regexp_replace(regexp_replace(cut.text, '[^A-Z0-9]+', '', 'g'), '^(?:URN|CRN|REFERENCE|REFS?|CRIME|CASE|INCIDENT|OCCURRENCE|REPORT|INVESTIGATION|UNIQUE|NUMBERS?|NUM|NO|NR|ID|LOG|CAD|NICHE|IS|THE|MY|OUR|YOUR|POLICE|INC|OCC|RE|CN|CR|CRI)+(?=[A-Z]{0,4}[0-9])', ''))) p(part)
              where length(p.part) >= 6 group by p.part order by min(array[view, nth]), length(p.part)) || regexp_replace("r_1", '^(?:URN|CRN|REFERENCE|REFS?|CRIME|CASE|INCIDENT|OCCURRENCE|REPORT|INVESTIGATION|UNIQUE|NUMBERS?|NUM|NO|NR|ID|LOG|CAD|NICHE|IS|THE|MY|OUR|YOUR|POLICE|INC|OCC|RE|CN|CR|CRI)+(?=[A-Z]{0,4}[0-9])', '')
            when left("r_1", 1) in ('C', 'I', 'L', 'M', 'N', 'O', 'P', 'R', 'T', 'U', 'Y') then array[regexp_replace("r_1", '^(?:URN|CRN|REFERENCE|REFS?|CRIME|CASE|INCIDENT|OCCURRENCE|REPORT|INVESTIGATION|UNIQUE|NUMBERS?|NUM|NO|NR|ID|LOG|CAD|NICHE|IS|THE|MY|OUR|YOUR|POLICE|INC|OCC|RE|CN|CR|CRI)+(?=[A-Z]{0,4}[0-9])', '')] end as "l_1"
            from (select l.*,
              case when "g_c_born_on" then case when not ("c_born_on"::date <= date '1900-01-01' or "c_born_on"::date = date '1901-01-01') then "c_born_on"::date end end as "v_c_born_on",
              case when "g_c_district" then "c_district" end as "v_c_district",
              case when "g_c_left_on" then "c_left_on"::date end as "v_c_left_on",
              case when "g_c_attempts" then "c_attempts"::bigint end as "v_c_attempts",
              case when "g_c_deceased" then lower("c_deceased") in ('true', 't', 'yes', 'y', '1') end as "v_c_deceased",
              translate(replace("p_1", ' / ', ';'), ' ()-.+/', '') as "d_1",
              translate(replace("p_2", ' / ', ';'), ' ()-.+/', '') as "d_2",
              case when ascii("s_1") between ascii('1') and ascii('9') or "s_1" <> all ('{NK,NOTKNOWN,UNKNOWN,NA,NOTAPPLICABLE,NONE,NIL,NOTGIVEN,NOTSTATED,NOTRECORDED,NOTPROVIDED,NOTYETKNOWN,NOREF,NOREFERENCE,TBA,TBC,PENDING}') and translate("s_1", '0', '') <> '' then "s_1" end as "r_1"
              from (select l.*,
                case when "c_born_on" ~ '^[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' then substr("c_born_on", 9, 2)::integer <= case
                when substr("c_born_on", 6, 2) in ('04', '06', '09', '11') then 30
                when substr("c_born_on", 6, 2) <> '02' then 31
                when substr("c_born_on", 1, 4)::integer % 400 = 0 then 29
                when substr("c_born_on", 1, 4)::integer % 100 = 0 then 28
                when substr("c_born_on", 1, 4)::integer % 4 = 0 then 29
                else 28 end when "c_born_on" is not null then false end as "g_c_born_on",
                true as "g_c_district",
                case when "c_left_on" ~ '^[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' then substr("c_left_on", 9, 2)::integer <= case
                when substr("c_left_on", 6, 2) in ('04', '06', '09', '11') then 30
                when substr("c_left_on", 6, 2) <> '02' then 31
                when substr("c_left_on", 1, 4)::integer % 400 = 0 then 29
                when substr("c_left_on", 1, 4)::integer % 100 = 0 then 28
                when substr("c_left_on", 1, 4)::integer % 4 = 0 then 29
                else 28 end when "c_left_on" is not null then false end as "g_c_left_on",
                "c_attempts" ~ '^[+-]?[0-9]{1,18}$' as "g_c_attempts",
                lower("c_deceased") in ('true', 'false', 't', 'f', 'yes', 'no', 'y', 'n', '1', '0') as "g_c_deceased",
                lower(case when octet_length("c_phone_mobile") = length("c_phone_mobile") then "c_phone_mobile"
                  else translate(normalize(translate(translate("c_phone_mobile", E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKC), '١٢٣٤٥٦٧٨٩٠۱۲۳۴۵۶۷۸۹۰१२३४५६७८९०১২৩৪৫৬৭৮৯০੧੨੩੪੫੬੭੮੯੦૧૨૩૪૫૬૭૮૯૦୧୨୩୪୫୬୭୮୯୦௧௨௩௪௫௬௭௮௯௦౧౨౩౪౫౬౭౮౯౦೧೨೩೪೫೬೭೮೯೦൧൨൩൪൫൬൭൮൯൦๑๒๓๔๕๖๗๘๙๐໑໒໓໔໕໖໗໘໙໐༡༢༣༤༥༦༧༨༩༠၁၂၃၄၅၆၇၈၉၀១២៣៤៥៦៧៨៩០᠑᠒᠓᠔᠕᠖᠗᠘᠙᠐', '12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890') end collate "C") as "p_1",
                lower(case when octet_length("c_phone_home") = length("c_phone_home") then "c_phone_home"
                  else translate(normalize(translate(translate("c_phone_home", E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKC), '١٢٣٤٥٦٧٨٩٠۱۲۳۴۵۶۷۸۹۰१२३४५६७८९०১২৩৪৫৬৭৮৯০੧੨੩੪੫੬੭੮੯੦૧૨૩૪૫૬૭૮૯૦୧୨୩୪୫୬୭୮୯୦௧௨௩௪௫௬௭௮௯௦౧౨౩౪౫౬౭౮౯౦೧೨೩೪೫೬೭೮೯೦൧൨൩൪൫൬൭൮൯൦๑๒๓๔๕๖๗๘๙๐໑໒໓໔໕໖໗໘໙໐༡༢༣༤༥༦༧༨༩༠၁၂၃၄၅၆၇၈၉၀១២៣៤៥៦៧៨៩០᠑᠒᠓᠔᠕᠖᠗᠘᠙᠐', '12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890') end collate "C") as "p_2",
                nullif(case when "c_resident_ref" !~ '[^A-Z0-9/ -]' then translate("c_resident_ref", '/ -', '')
                  else regexp_replace(upper(case when octet_length("c_resident_ref") = length("c_resident_ref") then "c_resident_ref"
                      else translate(normalize(translate(translate("c_resident_ref", E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKC), '١٢٣٤٥٦٧٨٩٠۱۲۳۴۵۶۷۸۹۰१२३४५६७८९०১২৩৪৫৬৭৮৯০੧੨੩੪੫੬੭੮੯੦૧૨૩૪૫૬૭૮૯૦୧୨୩୪୫୬୭୮୯୦௧௨௩௪௫௬௭௮௯௦౧౨౩౪౫౬౭౮౯౦೧೨೩೪೫೬೭೮೯೦൧൨൩൪൫൬൭൮൯൦๑๒๓๔๕๖๗๘๙๐໑໒໓໔໕໖໗໘໙໐༡༢༣༤༥༦༧༨༩༠၁၂၃၄၅၆၇၈၉၀១២៣៤៥៦៧៨៩០᠑᠒᠓᠔᠕᠖᠗᠘᠙᠐', '12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890') end collate "C"), '[^A-Z0-9]+', '', 'g') end, '') as "s_1"
                from (select array[a."c_resident_ref"]::text[] as key,
                  (nullif(btrim(a."c_resident_ref", E' \t\r\n\u00a0'), '') is null) as key_missing,
                  nullif(btrim(a."c_resident_ref", E' \t\r\n\u00a0'), '') as "c_resident_ref",
                  case when nullif(btrim(a."c_born_on", E' \t\r\n\u00a0'), '') = any ($8::text[]) then null else nullif(btrim(a."c_born_on", E' \t\r\n\u00a0'), '') end as "c_born_on",
                  nullif(btrim(a."c_district", E' \t\r\n\u00a0'), '') as "c_district",
                  nullif(btrim(a."c_left_on", E' \t\r\n\u00a0'), '') as "c_left_on",
                  nullif(btrim(a."c_attempts", E' \t\r\n\u00a0'), '') as "c_attempts",
                  nullif(btrim(a."c_deceased", E' \t\r\n\u00a0'), '') as "c_deceased",
                  nullif(btrim(a."c_phone_mobile", E' \t\r\n\u00a0'), '') as "c_phone_mobile",
                  nullif(btrim(a."c_phone_home", E' \t\r\n\u00a0'), '') as "c_phone_home",
                  nullif(btrim(a."c_forename", E' \t\r\n\u00a0'), '') as "c_forename",
                  nullif(btrim(a."c_surname", E' \t\r\n\u00a0'), '') as "c_surname",
                  nullif(btrim(a."c_postcode", E' \t\r\n\u00a0'), '') as "c_postcode"
                  from arrived a offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) t
    left join (select l.*,
      nullif(split_part(split_part(fore, '&', 1), ' ', 1), '') as "fore_first",
      nullif(case when "sur_plain" then "sur" else translate(sur, ' _', '') end, '') as "sur_all",
      case when not octet_length(fore) = length(fore) then nullif(translate(replace(replace(replace(replace(replace(replace(replace(translate(fore, 'ƁƂƄƆƇƉƊƋƎƏƐƑƓƔƖƗƘƜƝƟƢƤƦƧƩƬƮƱƲƳƵƷƸƼǤǶǷȜȠȢȤȺȻȽȾɁɃɄɅɆɈɊɌɎͰͲͶͿΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩϏϘϚϜϞϠϢϤϦϨϪϬϮϷϺϽϾϿЂЄЅІЈЉЊЋЏАБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯѠѢѤѦѨѪѬѮѰѲѴѸѺѼѾҀҊҌҎҐҒҔҖҘҚҜҞҠҢҤҦҨҪҬҮҰҲҴҶҸҺҼҾӀӃӅӇӉӋӍӔӘӠӨӶӺӼӾԀԂԄԆԈԊԌԎԐԒԔԖԘԚԜԞԠԢԤԦԨԪԬԮԱԲԳԴԵԶԷԸԹԺԻԼԽԾԿՀՁՂՃՄՅՆՇՈՉՊՋՌՍՎՏՐՑՒՓՔՕՖᲐᲑᲒᲓᲔᲕᲖᲗᲘᲙᲚᲛᲜᲝᲞᲟᲠᲡᲢᲣᲤᲥᲦᲧᲨᲩᲪᲫᲬᲭᲮᲯᲰᲱᲲᲳᲴᲵᲶᲷᲸᲹᲺᲽᲾᲿςىیکةہھٱְֱֲֳִֵֶַָֹֺֻּֽ֑֖֛֢֣֤֥֦֧֪֚֭֮֒֓֔֕֗֘֙֜֝֞֟֠֡֨֩֫֬֯־ֿ׀ׁׂ׃ׅׄ׆ׇؘؙؚؐؑؒؓؔؕؖؗـًٌٍَُِّْٰٕٖٜٟٓٔٗ٘ٙٚٛٝٞ“”„‟«»‹›', 'ɓƃƅɔƈɖɗƌǝəɛƒɠɣɩɨƙɯɲɵƣƥʀƨʃƭʈʊʋƴƶʒƹƽǥƕƿȝƞȣȥⱥȼƚⱦɂƀʉʌɇɉɋɍɏͱͳͷϳαβγδεζηθικλμνξοπρστυφχψωϗϙϛϝϟϡϣϥϧϩϫϭϯϸϻͻͼͽђєѕіјљњћџабвгдежзиклмнопрстуфхцчшщъыьэюяѡѣѥѧѩѫѭѯѱѳѵѹѻѽѿҁҋҍҏґғҕҗҙқҝҟҡңҥҧҩҫҭүұҳҵҷҹһҽҿӏӄӆӈӊӌӎӕәӡөӷӻӽӿԁԃԅԇԉԋԍԏԑԓԕԗԙԛԝԟԡԣԥԧԩԫԭԯաբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆაბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰჱჲჳჴჵჶჷჸჹჺჽჾჿσييكههها'), 'ου', 'ou'), 'αυ', 'av'), 'ευ', 'ev'), 'γγ', 'ng'), 'θ', 'th'), 'χ', 'ch'), 'ψ', 'ps'),
          'αβγδεζηικλμνξοπρστυφω', 'avgdeziiklmnxoprstyfo'), fore) end as "fore_folded",
      case when not octet_length(sur) = length(sur) then nullif(translate(replace(replace(replace(replace(replace(replace(replace(translate(sur, 'ƁƂƄƆƇƉƊƋƎƏƐƑƓƔƖƗƘƜƝƟƢƤƦƧƩƬƮƱƲƳƵƷƸƼǤǶǷȜȠȢȤȺȻȽȾɁɃɄɅɆɈɊɌɎͰͲͶͿΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩϏϘϚϜϞϠϢϤϦϨϪϬϮϷϺϽϾϿЂЄЅІЈЉЊЋЏАБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯѠѢѤѦѨѪѬѮѰѲѴѸѺѼѾҀҊҌҎҐҒҔҖҘҚҜҞҠҢҤҦҨҪҬҮҰҲҴҶҸҺҼҾӀӃӅӇӉӋӍӔӘӠӨӶӺӼӾԀԂԄԆԈԊԌԎԐԒԔԖԘԚԜԞԠԢԤԦԨԪԬԮԱԲԳԴԵԶԷԸԹԺԻԼԽԾԿՀՁՂՃՄՅՆՇՈՉՊՋՌՍՎՏՐՑՒՓՔՕՖᲐᲑᲒᲓᲔᲕᲖᲗᲘᲙᲚᲛᲜᲝᲞᲟᲠᲡᲢᲣᲤᲥᲦᲧᲨᲩᲪᲫᲬᲭᲮᲯᲰᲱᲲᲳᲴᲵᲶᲷᲸᲹᲺᲽᲾᲿςىیکةہھٱְֱֲֳִֵֶַָֹֺֻּֽ֑֖֛֢֣֤֥֦֧֪֚֭֮֒֓֔֕֗֘֙֜֝֞֟֠֡֨֩֫֬֯־ֿ׀ׁׂ׃ׅׄ׆ׇؘؙؚؐؑؒؓؔؕؖؗـًٌٍَُِّْٰٕٖٜٟٓٔٗ٘ٙٚٛٝٞ“”„‟«»‹›', 'ɓƃƅɔƈɖɗƌǝəɛƒɠɣɩɨƙɯɲɵƣƥʀƨʃƭʈʊʋƴƶʒƹƽǥƕƿȝƞȣȥⱥȼƚⱦɂƀʉʌɇɉɋɍɏͱͳͷϳαβγδεζηθικλμνξοπρστυφχψωϗϙϛϝϟϡϣϥϧϩϫϭϯϸϻͻͼͽђєѕіјљњћџабвгдежзиклмнопрстуфхцчшщъыьэюяѡѣѥѧѩѫѭѯѱѳѵѹѻѽѿҁҋҍҏґғҕҗҙқҝҟҡңҥҧҩҫҭүұҳҵҷҹһҽҿӏӄӆӈӊӌӎӕәӡөӷӻӽӿԁԃԅԇԉԋԍԏԑԓԕԗԙԛԝԟԡԣԥԧԩԫԭԯաբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆაბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰჱჲჳჴჵჶჷჸჹჺჽჾჿσييكههها'), 'ου', 'ou'), 'αυ', 'av'), 'ευ', 'ev'), 'γγ', 'ng'), 'θ', 'th'), 'χ', 'ch'), 'ψ', 'ps'),
          'αβγδεζηικλμνξοπρστυφω', 'avgdeziiklmnxoprstyfo'), sur) end as "sur_folded"
      from (select l.*,
        case when fore_plain and not fore_0 = any ('{mr,mrs,ms,miss,mx,messrs,mstr,master,mister,missus,dr,doctor,prof,professor,rev,revd,reverend,fr,sir,dame,lady,lord,cllr,rt hon,the,ven,mme,mlle,madam,smt,shri,unknown,not known,n/k,n/a,not given,not stated,not recorded,not provided,name unknown,name not known,no name,unnamed,anonymous,withheld,unknown male,unknown female}') and sur_0 is not null then case when case when (fore_0 like '%ae%' or fore_0 like '%oe%' or fore_0 like '%ue%' or fore_0 like '%aa%') then regexp_replace(replace(fore_0, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else fore_0 end like '%mac%' then regexp_replace(case when (fore_0 like '%ae%' or fore_0 like '%oe%' or fore_0 like '%ue%' or fore_0 like '%aa%') then regexp_replace(replace(fore_0, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else fore_0 end, '\mmac(?=[a-z]{3})', 'mc', 'g') else case when (fore_0 like '%ae%' or fore_0 like '%oe%' or fore_0 like '%ue%' or fore_0 like '%aa%') then regexp_replace(replace(fore_0, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else fore_0 end end else (select case when not w.x = any ('{unknown,not known,n/k,n/a,not given,not stated,not recorded,not provided,name unknown,name not known,no name,unnamed,anonymous,withheld,unknown male,unknown female}') then case when case when (w.x like '%ae%' or w.x like '%oe%' or w.x like '%ue%' or w.x like '%aa%') then regexp_replace(replace(w.x, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else w.x end like '%mac%' then regexp_replace(case when (w.x like '%ae%' or w.x like '%oe%' or w.x like '%ue%' or w.x like '%aa%') then regexp_replace(replace(w.x, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else w.x end, '\mmac(?=[a-z]{3})', 'mc', 'g') else case when (w.x like '%ae%' or w.x like '%oe%' or w.x like '%ue%' or w.x like '%aa%') then regexp_replace(replace(w.x, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else w.x end end end from (select (select (select case when w.x like '% %' and w.x ~ '&|\m(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri|det|detective|wo|p ?c|wpc|[dw][csi]|dci|insp|inspector|chief|supt|superintendent|constable|sgt|sergeant|ssgt|l cpl|lcpl|cpl|corporal|pte|private|spr|gnr|lt|lieutenant|capt|captain|maj|col|colonel|brig|brigadier|gen|general|flt|flight|sqn|squadron|ldr|leader|wg|wing|cdr|cmdr|commander|adm|admiral|pastor|rabbi|imam|father|sister|nurse|councillor|baroness|hon|major|canon|bishop|deacon|judge|justice|baron|brother|sheikh|hajji|haji|and|or|aka|alias|known|called)\M' or w.x like '%&%' then btrim(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(w.x, '\m(?:and|or|aka|alias|known as|called)\M', '&', 'g'), ' ?& ?', '&', 'g'), '(^|&)(?:(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri)(?: |(?=&)|$)|(?:det|detective|wo|p ?c|wpc|[dw][csi]|dci|insp|inspector|chief|supt|superintendent|constable|sgt|sergeant|ssgt|l cpl|lcpl|cpl|corporal|pte|private|spr|gnr|lt|lieutenant|capt|captain|maj|col|colonel|brig|brigadier|gen|general|flt|flight|sqn|squadron|ldr|leader|wg|wing|cdr|cmdr|commander|adm|admiral|pastor|rabbi|imam|father|sister|nurse|councillor|baroness|hon) (?=[a-z]))+', '\1', 'g'), '(^|&)((?:major|canon|bishop|deacon|judge|justice|baron|brother|sheikh|hajji|haji) )([^&]+)', '\1\2\3&\3', 'g'), '(^|&)(?:(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri)(?: |(?=&)|$)|(?:det|detective|wo|p ?c|wpc|[dw][csi]|dci|insp|inspector|chief|supt|superintendent|constable|sgt|sergeant|ssgt|l cpl|lcpl|cpl|corporal|pte|private|spr|gnr|lt|lieutenant|capt|captain|maj|col|colonel|brig|brigadier|gen|general|flt|flight|sqn|squadron|ldr|leader|wg|wing|cdr|cmdr|commander|adm|admiral|pastor|rabbi|imam|father|sister|nurse|councillor|baroness|hon) (?=[a-z]))+', '\1', 'g'), '&[ &]*', '&', 'g'), ' &') else w.x end from (select btrim(replace(replace(replace(case when w.x ~ '^[a-z'' -]+$' then translate(w.x, '-''', ' ') else regexp_replace(regexp_replace(translate(replace(case when w.x like '%&%;%' then regexp_replace(regexp_replace(regexp_replace(w.x, '&([a-z])(?:uml|acute|grave|circ|tilde|cedil|ring|slash|caron);', '\1', 'g'), '&amp;', '&', 'g'), '&(?:#x?[0-9a-f]+|[a-z]+);', '', 'g') else w.x end, '%27', ''), '+(",;)''`\', '&&&&&&'), '(?<=[a-z]{2}) ?/ ?(?=[a-z]{2})', '&', 'g'), '(?:(?!&)[[:space:][:punct:]+<>|^$=~])+', ' ', 'g') end, '  ', ' '), '  ', ' '), '  ', ' ')) as x offset 0) w) from (select case when (fore_0 is null or fore_0 = '' or btrim(fore_0, ' .,:;?*()[]"-') = any ('{mr,mrs,ms,miss,mx,messrs,mstr,master,mister,missus,dr,doctor,prof,professor,rev,revd,reverend,fr,sir,dame,lady,lord,cllr,rt hon,the,ven,mme,mlle,madam,smt,shri,unknown,not known,n/k,n/a,not given,not stated,not recorded,not provided,name unknown,name not known,no name,unnamed,anonymous,withheld,unknown male,unknown female}') or fore_0 ~ '^(?:(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri|and|&)(?:[ .,/]+|$|(?=&))+)+$') then case when btrim(sur_0) ~ '[^ ] ' then (select case when not btrim(w.x, ' .,:;?*()[]"-') = any ('{mr,mrs,ms,miss,mx,mister,missus,mme,mlle,dr,doctor,unknown,not known,n/k,n/a,not given,not stated,not recorded,not provided,name unknown,name not known,no name,unnamed,anonymous,withheld,unknown male,unknown female}') then w.x end from (select case when sur_0 ~ '[a-z] *,' then substr(sur_0, strpos(sur_0, ',') + 1) else regexp_replace(btrim(sur_0, ' .,;'), '[ ,]*[^ ,]+$', '') end as x offset 0) w) end
                when (sur_0 is null or sur_0 = '') then (select case when not btrim(w.x, ' .,:;?*()[]"-') = any ('{mr,mrs,ms,miss,mx,mister,missus,mme,mlle,dr,doctor,unknown,not known,n/k,n/a,not given,not stated,not recorded,not provided,name unknown,name not known,no name,unnamed,anonymous,withheld,unknown male,unknown female}') then w.x end from (select case when fore_0 ~ '[a-z] *,' then substr(fore_0, strpos(fore_0, ',') + 1) else regexp_replace(btrim(fore_0, ' .,;'), '[ ,]*[^ ,]+$', '') end as x offset 0) w) else fore_0 end as x offset 0) w) as x offset 0) w) end as "fore",
        case when btrim(sur_0, ' .,:;?*()[]"-') = any ('{unknown,not known,n/k,n/a,not given,not stated,not recorded,not provided,name unknown,name not known,no name,unnamed,anonymous,withheld,unknown male,unknown female}') then null else case when "sur_plain" then case when case when (sur_0 like '%ae%' or sur_0 like '%oe%' or sur_0 like '%ue%' or sur_0 like '%aa%') then regexp_replace(replace(sur_0, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else sur_0 end like '%mac%' then regexp_replace(case when (sur_0 like '%ae%' or sur_0 like '%oe%' or sur_0 like '%ue%' or sur_0 like '%aa%') then regexp_replace(replace(sur_0, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else sur_0 end, '\mmac(?=[a-z]{3})', 'mc', 'g') else case when (sur_0 like '%ae%' or sur_0 like '%oe%' or sur_0 like '%ue%' or sur_0 like '%aa%') then regexp_replace(replace(sur_0, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else sur_0 end end else (select case when case when (w.x like '%ae%' or w.x like '%oe%' or w.x like '%ue%' or w.x like '%aa%') then regexp_replace(replace(w.x, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else w.x end like '%mac%' then regexp_replace(case when (w.x like '%ae%' or w.x like '%oe%' or w.x like '%ue%' or w.x like '%aa%') then regexp_replace(replace(w.x, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else w.x end, '\mmac(?=[a-z]{3})', 'mc', 'g') else case when (w.x like '%ae%' or w.x like '%oe%' or w.x like '%ue%' or w.x like '%aa%') then regexp_replace(replace(w.x, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else w.x end end from (select case when (sur_0 is null or sur_0 = '') or (fore_0 is null or fore_0 = '' or btrim(fore_0, ' .,:;?*()[]"-') = any ('{mr,mrs,ms,miss,mx,messrs,mstr,master,mister,missus,dr,doctor,prof,professor,rev,revd,reverend,fr,sir,dame,lady,lord,cllr,rt hon,the,ven,mme,mlle,madam,smt,shri,unknown,not known,n/k,n/a,not given,not stated,not recorded,not provided,name unknown,name not known,no name,unnamed,anonymous,withheld,unknown male,unknown female}') or fore_0 ~ '^(?:(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri|and|&)(?:[ .,/]+|$|(?=&))+)+$') and btrim(sur_0) ~ '[^ ] ' then (select case when w.x ~ '[a-z] *,' then (select case when w.x like '% %' and w.x ~ '\m(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri|det|detective|wo|p ?c|wpc|[dw][csi]|dci|insp|inspector|chief|supt|superintendent|constable|sgt|sergeant|ssgt|l cpl|lcpl|cpl|corporal|pte|private|spr|gnr|lt|lieutenant|capt|captain|maj|col|colonel|brig|brigadier|gen|general|flt|flight|sqn|squadron|ldr|leader|wg|wing|cdr|cmdr|commander|adm|admiral|pastor|rabbi|imam|father|sister|nurse|councillor|baroness|hon|mr|mrs|ms|miss|mx|dr|esq|esquire|jr|jnr|junior|sr|snr|senior|ii|iii|mbe|obe|cbe|kbe|bem|phd|bsc|msc|md|qc|kc|jp|mp|retd|rtd|deceased|decd|nee|ne|formerly|formally|previously|prev|aka|fka|alias|known|now|was|born|maiden|name|called|as|or|and|mc|mac|o|d|l|m|n|de|del|della|der|den|des|di|da|du|dos|das|la|le|van|von|vd|bin|bint|ibn|abu|ap|ab|ter|ten|fitz|st|saint|al|el)\M' then regexp_replace(regexp_replace(regexp_replace(w.x, '^(?:(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri|det|detective|wo|p ?c|wpc|[dw][csi]|dci|insp|inspector|chief|supt|superintendent|constable|sgt|sergeant|ssgt|l cpl|lcpl|cpl|corporal|pte|private|spr|gnr|lt|lieutenant|capt|captain|maj|col|colonel|brig|brigadier|gen|general|flt|flight|sqn|squadron|ldr|leader|wg|wing|cdr|cmdr|commander|adm|admiral|pastor|rabbi|imam|father|sister|nurse|councillor|baroness|hon) )+(?=.)|(?: (?:mr|mrs|ms|miss|mx|dr|esq|esquire|jr|jnr|junior|sr|snr|senior|ii|iii|mbe|obe|cbe|kbe|bem|phd|bsc|msc|md|qc|kc|jp|mp|retd|rtd|deceased|decd))+$| (?:nee|ne|formerly|formally|previously|prev|aka|fka|alias|known|now|was|born|maiden|name|called|as|or|and)(?= )', '', 'g'), '\m(?:(s)(?:ain)?(t)|(mc|mac|o|d|l|m|n|de|del|della|der|den|des|di|da|du|dos|das|la|le|van|von|vd|bin|bint|ibn|abu|ap|ab|ter|ten|fitz)) (?=[a-z])', '\1\2\3', 'g'), '\m(al|el) (?=[a-z])', '\1_', 'g') else w.x end from (select btrim(replace(replace(replace(replace((select btrim(replace(replace(replace(case when w.x ~ '^[a-z'' -]+$' then translate(w.x, '-''', ' ') else regexp_replace(regexp_replace(translate(replace(case when w.x like '%&%;%' then regexp_replace(regexp_replace(regexp_replace(w.x, '&([a-z])(?:uml|acute|grave|circ|tilde|cedil|ring|slash|caron);', '\1', 'g'), '&amp;', '&', 'g'), '&(?:#x?[0-9a-f]+|[a-z]+);', '', 'g') else w.x end, '%27', ''), '+(",;)''`\', '&&&&&&'), '(?<=[a-z]{2}) ?/ ?(?=[a-z]{2})', '&', 'g'), '(?:(?!&)[[:space:][:punct:]+<>|^$=~])+', ' ', 'g') end, '  ', ' '), '  ', ' '), '  ', ' ')) from (select case when split_part(w.x, ',', 1) like 'm''_%' then 'mc' || substr(split_part(w.x, ',', 1), 3) else split_part(w.x, ',', 1) end as x offset 0) w), '&', ' '), '  ', ' '), '  ', ' '), '  ', ' ')) as x offset 0) w) else split_part((select case when w.x like '% %' and w.x ~ '\m(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri|det|detective|wo|p ?c|wpc|[dw][csi]|dci|insp|inspector|chief|supt|superintendent|constable|sgt|sergeant|ssgt|l cpl|lcpl|cpl|corporal|pte|private|spr|gnr|lt|lieutenant|capt|captain|maj|col|colonel|brig|brigadier|gen|general|flt|flight|sqn|squadron|ldr|leader|wg|wing|cdr|cmdr|commander|adm|admiral|pastor|rabbi|imam|father|sister|nurse|councillor|baroness|hon|mr|mrs|ms|miss|mx|dr|esq|esquire|jr|jnr|junior|sr|snr|senior|ii|iii|mbe|obe|cbe|kbe|bem|phd|bsc|msc|md|qc|kc|jp|mp|retd|rtd|deceased|decd|nee|ne|formerly|formally|previously|prev|aka|fka|alias|known|now|was|born|maiden|name|called|as|or|and|mc|mac|o|d|l|m|n|de|del|della|der|den|des|di|da|du|dos|das|la|le|van|von|vd|bin|bint|ibn|abu|ap|ab|ter|ten|fitz|st|saint|al|el)\M' then regexp_replace(regexp_replace(regexp_replace(regexp_replace(w.x, '^(?:(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri|det|detective|wo|p ?c|wpc|[dw][csi]|dci|insp|inspector|chief|supt|superintendent|constable|sgt|sergeant|ssgt|l cpl|lcpl|cpl|corporal|pte|private|spr|gnr|lt|lieutenant|capt|captain|maj|col|colonel|brig|brigadier|gen|general|flt|flight|sqn|squadron|ldr|leader|wg|wing|cdr|cmdr|commander|adm|admiral|pastor|rabbi|imam|father|sister|nurse|councillor|baroness|hon) )+(?=.)|(?: (?:mr|mrs|ms|miss|mx|dr|esq|esquire|jr|jnr|junior|sr|snr|senior|ii|iii|mbe|obe|cbe|kbe|bem|phd|bsc|msc|md|qc|kc|jp|mp|retd|rtd|deceased|decd))+$| (?:nee|ne|formerly|formally|previously|prev|aka|fka|alias|known|now|was|born|maiden|name|called|as|or|and)(?= )', '', 'g'), '\m([dlmn]) (?=[a-z]{2})', '\1_', 'g'), '\m(?:(s)(?:ain)?(t)|(mc|mac|o|d|l|m|n|de|del|della|der|den|des|di|da|du|dos|das|la|le|van|von|vd|bin|bint|ibn|abu|ap|ab|ter|ten|fitz)) (?=[a-z])', '\1\2\3', 'g'), '\m(al|el) (?=[a-z])', '\1_', 'g') else w.x end from (select btrim(replace(replace(replace(replace((select btrim(replace(replace(replace(case when w.x ~ '^[a-z'' -]+$' then translate(w.x, '-''', ' ') else regexp_replace(regexp_replace(translate(replace(case when w.x like '%&%;%' then regexp_replace(regexp_replace(regexp_replace(w.x, '&([a-z])(?:uml|acute|grave|circ|tilde|cedil|ring|slash|caron);', '\1', 'g'), '&amp;', '&', 'g'), '&(?:#x?[0-9a-f]+|[a-z]+);', '', 'g') else w.x end, '%27', ''), '+(",;)''`\', '&&&&&&'), '(?<=[a-z]{2}) ?/ ?(?=[a-z]{2})', '&', 'g'), '(?:(?!&)[[:space:][:punct:]+<>|^$=~])+', ' ', 'g') end, '  ', ' '), '  ', ' '), '  ', ' ')) from (select case when w.x like 'm''_%' then 'mc' || substr(w.x, 3) else w.x end as x offset 0) w), '&', ' '), '  ', ' '), '  ', ' '), '  ', ' ')) as x offset 0) w), ' ', -1) end from (select case when not (sur_0 is null or sur_0 = '') then sur_0 when btrim(fore_0) ~ '[^ ] ' then fore_0 end as x offset 0) w)
            else (select case when w.x like '% %' and w.x ~ '\m(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri|det|detective|wo|p ?c|wpc|[dw][csi]|dci|insp|inspector|chief|supt|superintendent|constable|sgt|sergeant|ssgt|l cpl|lcpl|cpl|corporal|pte|private|spr|gnr|lt|lieutenant|capt|captain|maj|col|colonel|brig|brigadier|gen|general|flt|flight|sqn|squadron|ldr|leader|wg|wing|cdr|cmdr|commander|adm|admiral|pastor|rabbi|imam|father|sister|nurse|councillor|baroness|hon|mr|mrs|ms|miss|mx|dr|esq|esquire|jr|jnr|junior|sr|snr|senior|ii|iii|mbe|obe|cbe|kbe|bem|phd|bsc|msc|md|qc|kc|jp|mp|retd|rtd|deceased|decd|nee|ne|formerly|formally|previously|prev|aka|fka|alias|known|now|was|born|maiden|name|called|as|or|and|mc|mac|o|d|l|m|n|de|del|della|der|den|des|di|da|du|dos|das|la|le|van|von|vd|bin|bint|ibn|abu|ap|ab|ter|ten|fitz|st|saint|al|el)\M' then regexp_replace(regexp_replace(regexp_replace(w.x, '^(?:(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri|det|detective|wo|p ?c|wpc|[dw][csi]|dci|insp|inspector|chief|supt|superintendent|constable|sgt|sergeant|ssgt|l cpl|lcpl|cpl|corporal|pte|private|spr|gnr|lt|lieutenant|capt|captain|maj|col|colonel|brig|brigadier|gen|general|flt|flight|sqn|squadron|ldr|leader|wg|wing|cdr|cmdr|commander|adm|admiral|pastor|rabbi|imam|father|sister|nurse|councillor|baroness|hon) )+(?=.)|(?: (?:mr|mrs|ms|miss|mx|dr|esq|esquire|jr|jnr|junior|sr|snr|senior|ii|iii|mbe|obe|cbe|kbe|bem|phd|bsc|msc|md|qc|kc|jp|mp|retd|rtd|deceased|decd))+$| (?:nee|ne|formerly|formally|previously|prev|aka|fka|alias|known|now|was|born|maiden|name|called|as|or|and)(?= )', '', 'g'), '\m(?:(s)(?:ain)?(t)|(mc|mac|o|d|l|m|n|de|del|della|der|den|des|di|da|du|dos|das|la|le|van|von|vd|bin|bint|ibn|abu|ap|ab|ter|ten|fitz)) (?=[a-z])', '\1\2\3', 'g'), '\m(al|el) (?=[a-z])', '\1_', 'g') else w.x end from (select btrim(replace(replace(replace(replace((select btrim(replace(replace(replace(case when w.x ~ '^[a-z'' -]+$' then translate(w.x, '-''', ' ') else regexp_replace(regexp_replace(translate(replace(case when w.x like '%&%;%' then regexp_replace(regexp_replace(regexp_replace(w.x, '&([a-z])(?:uml|acute|grave|circ|tilde|cedil|ring|slash|caron);', '\1', 'g'), '&amp;', '&', 'g'), '&(?:#x?[0-9a-f]+|[a-z]+);', '', 'g') else w.x end, '%27', ''), '+(",;)''`\', '&&&&&&'), '(?<=[a-z]{2}) ?/ ?(?=[a-z]{2})', '&', 'g'), '(?:(?!&)[[:space:][:punct:]+<>|^$=~])+', ' ', 'g') end, '  ', ' '), '  ', ' '), '  ', ' ')) from (select case when sur_0 like 'm''_%' then 'mc' || substr(sur_0, 3) else sur_0 end as x offset 0) w), '&', ' '), '  ', ' '), '  ', ' '), '  ', ' ')) as x offset 0) w) end as x offset 0) w) end end as "sur"
        from (select l.*,
          case when "fore_plain" then lower("said_fore" collate "C") else (select lower(case when octet_length(w.x) = length(w.x) then w.x else (select case when l.x !~ '[\u0400-\u04ff]' then l.x
                when l.x ~ '[A-Za-z]' then translate(l.x, 'АВЕЅІЈКМНОРСТУХаеѕіјорсух', 'ABESIJKMHOPCTYXaesijopcyx') else replace(replace(replace(replace(replace(replace(replace(replace(translate(translate(l.x, 'АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯІЄҐ', 'абвгдежзиклмнопрстуфхцчшщъыьэюяієґ'), 'абвгдезиклмнопрстуфыэієґъь', 'abvgdeziklmnoprstufyeieg'), 'ж', 'zh'), 'х', 'kh'), 'ц', 'ts'), 'ч', 'ch'), 'ш', 'sh'), 'щ', 'shch'), 'ю', 'yu'), 'я', 'ya') end
                from (select replace(replace(replace(replace(translate(
                            regexp_replace(normalize(translate(translate(case when w.x ~ '^(?:[\u0001-\u007f]|[\u00c2-\u00df][€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ ¡¢£¤¥¦§¨©ª«¬­®¯°±²³´µ¶·¸¹º»¼½¾¿]|\u00e2[€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ ¡¢£¤¥¦§¨©ª«¬­®¯°±²³´µ¶·¸¹º»¼½¾¿]{2})+$' then convert_from(convert_to(w.x, 'WIN1252'), 'UTF8') else w.x end, E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKD), '[\u0300-\u036f]', '', 'g'),
                            'ŁłØøÐðĐđĦħıÆŒÞẞŊŋ', 'LlOoDdDdHhiæœþßNn'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th') as x offset 0) l) end collate "C") from (select case when "said_fore" ~* '&(?:amp;)?#(?:0*(19[2-9]|[2-9][0-9]{2}|[1-7][0-9]{3}|[1-4][0-9]{4}|5[0-4][0-9]{3})|x0*([c-f][0-9a-f]|[1-9a-f][0-9a-f]{2}|[13-9a-c][0-9a-f]{3}));' then
              (select string_agg(m[1] || coalesce(chr(m[2]::int), chr(('x' || lpad(m[3], 8, '0'))::bit(32)::int), ''), '' order by nth) || '&' || "said_fore"
                from regexp_matches("said_fore", '(.*?)(?:&(?:amp;)?#(?:0*(19[2-9]|[2-9][0-9]{2}|[1-7][0-9]{3}|[1-4][0-9]{4}|5[0-4][0-9]{3})|x0*([c-f][0-9a-f]|[1-9a-f][0-9a-f]{2}|[13-9a-c][0-9a-f]{3}));|$)', 'gi') with ordinality f(m, nth)) else "said_fore" end as x offset 0) w) end as "fore_0",
          case when "sur_plain" then lower("said_sur" collate "C") else (select lower(case when octet_length(w.x) = length(w.x) then w.x else (select case when l.x !~ '[\u0400-\u04ff]' then l.x
                when l.x ~ '[A-Za-z]' then translate(l.x, 'АВЕЅІЈКМНОРСТУХаеѕіјорсух', 'ABESIJKMHOPCTYXaesijopcyx') else replace(replace(replace(replace(replace(replace(replace(replace(translate(translate(l.x, 'АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯІЄҐ', 'абвгдежзиклмнопрстуфхцчшщъыьэюяієґ'), 'абвгдезиклмнопрстуфыэієґъь', 'abvgdeziklmnoprstufyeieg'), 'ж', 'zh'), 'х', 'kh'), 'ц', 'ts'), 'ч', 'ch'), 'ш', 'sh'), 'щ', 'shch'), 'ю', 'yu'), 'я', 'ya') end
                from (select replace(replace(replace(replace(translate(
                            regexp_replace(normalize(translate(translate(case when w.x ~ '^(?:[\u0001-\u007f]|[\u00c2-\u00df][€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ ¡¢£¤¥¦§¨©ª«¬­®¯°±²³´µ¶·¸¹º»¼½¾¿]|\u00e2[€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ ¡¢£¤¥¦§¨©ª«¬­®¯°±²³´µ¶·¸¹º»¼½¾¿]{2})+$' then convert_from(convert_to(w.x, 'WIN1252'), 'UTF8') else w.x end, E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKD), '[\u0300-\u036f]', '', 'g'),
                            'ŁłØøÐðĐđĦħıÆŒÞẞŊŋ', 'LlOoDdDdHhiæœþßNn'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th') as x offset 0) l) end collate "C") from (select case when "said_sur" ~* '&(?:amp;)?#(?:0*(19[2-9]|[2-9][0-9]{2}|[1-7][0-9]{3}|[1-4][0-9]{4}|5[0-4][0-9]{3})|x0*([c-f][0-9a-f]|[1-9a-f][0-9a-f]{2}|[13-9a-c][0-9a-f]{3}));' then
              (select string_agg(m[1] || coalesce(chr(m[2]::int), chr(('x' || lpad(m[3], 8, '0'))::bit(32)::int), ''), '' order by nth) || '&' || "said_sur"
                from regexp_matches("said_sur", '(.*?)(?:&(?:amp;)?#(?:0*(19[2-9]|[2-9][0-9]{2}|[1-7][0-9]{3}|[1-4][0-9]{4}|5[0-4][0-9]{3})|x0*([c-f][0-9a-f]|[1-9a-f][0-9a-f]{2}|[13-9a-c][0-9a-f]{3}));|$)', 'gi') with ordinality f(m, nth)) else "said_sur" end as x offset 0) w) end as "sur_0"
          from (select l.*
            from (select l.*,
              "said_fore" ~ '^[A-Za-z]+$' as "fore_plain",
              "said_sur" ~ '^[A-Za-z]+$' as "sur_plain"
              from (select distinct nullif(btrim(a."c_forename", E' \t\r\n\u00a0'), '') as "said_fore", nullif(btrim(a."c_surname", E' \t\r\n\u00a0'), '') as "said_sur"
                from (select distinct "c_forename", "c_surname" from arrived) a offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) "fore_sur" on coalesce("fore_sur"."said_fore", '') = coalesce(t."c_forename", '') and coalesce("fore_sur"."said_sur", '') = coalesce(t."c_surname", '')
    left join (select l.*
      from (select l.*
        from (select l.*,
          case when length(place_0) > 7 then coalesce((select nullif(case when w.x !~ '[^A-Z0-9/ -]' then translate(w.x, '/ -', '')
                else regexp_replace(upper(case when octet_length(w.x) = length(w.x) then w.x
                    else translate(normalize(translate(translate(w.x, E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKC), '١٢٣٤٥٦٧٨٩٠۱۲۳۴۵۶۷۸۹۰१२३४५६७८९०১২৩৪৫৬৭৮৯০੧੨੩੪੫੬੭੮੯੦૧૨૩૪૫૬૭૮૯૦୧୨୩୪୫୬୭୮୯୦௧௨௩௪௫௬௭௮௯௦౧౨౩౪౫౬౭౮౯౦೧೨೩೪೫೬೭೮೯೦൧൨൩൪൫൬൭൮൯൦๑๒๓๔๕๖๗๘๙๐໑໒໓໔໕໖໗໘໙໐༡༢༣༤༥༦༧༨༩༠၁၂၃၄၅၆၇၈၉၀១២៣៤៥៦៧៨៩០᠑᠒᠓᠔᠕᠖᠗᠘᠙᠐', '12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890') end collate "C"), '[^A-Z0-9]+', '', 'g') end, '') from (select (regexp_match(translate(upper(regexp_replace(case when octet_length("said_place") = length("said_place") then "said_place"
                          else translate(normalize(translate(translate("said_place", E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKC), '١٢٣٤٥٦٧٨٩٠۱۲۳۴۵۶۷۸۹۰१२३४५६७८९०১২৩৪৫৬৭৮৯০੧੨੩੪੫੬੭੮੯੦૧૨૩૪૫૬૭૮૯૦୧୨୩୪୫୬୭୮୯୦௧௨௩௪௫௬௭௮௯௦౧౨౩౪౫౬౭౮౯౦೧೨೩೪೫೬೭೮೯೦൧൨൩൪൫൬൭൮൯൦๑๒๓๔๕๖๗๘๙๐໑໒໓໔໕໖໗໘໙໐༡༢༣༤༥༦༧༨༩༠၁၂၃၄၅၆၇၈၉၀១២៣៤៥៦៧៨៩០᠑᠒᠓᠔᠕᠖᠗᠘᠙᠐', '12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890') end, '&[a-z0-9#]+;', ' ', 'g') collate "C"), 'OI', '01'), '(?<![A-Z0-9])[A-Z01]{1,2}[0-9][A-Z0-9]?[ -]*[0-9][A-Z]{2}(?![A-Z0-9])'))[1] as x offset 0) w), place_0) else "place_0" end as "place"
          from (select l.*,
            case when translate(place_said, '6789012345', '') <> place_said then translate(place_said, 'OI', '01') end as "place_0"
            from (select l.*,
              nullif(case when "said_place" !~ '[^A-Z0-9/ -]' then translate("said_place", '/ -', '')
                else regexp_replace(upper(case when octet_length("said_place") = length("said_place") then "said_place"
                    else translate(normalize(translate(translate("said_place", E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKC), '١٢٣٤٥٦٧٨٩٠۱۲۳۴۵۶۷۸۹۰१२३४५६७८९०১২৩৪৫৬৭৮৯০੧੨੩੪੫੬੭੮੯੦૧૨૩૪૫૬૭૮૯૦୧୨୩୪୫୬୭୮୯୦௧௨௩௪௫௬௭௮௯௦౧౨౩౪౫౬౭౮౯౦೧೨೩೪೫೬೭೮೯೦൧൨൩൪൫൬൭൮൯൦๑๒๓๔๕๖๗๘๙๐໑໒໓໔໕໖໗໘໙໐༡༢༣༤༥༦༧༨༩༠၁၂၃၄၅၆၇၈၉၀១២៣៤៥៦៧៨៩០᠑᠒᠓᠔᠕᠖᠗᠘᠙᠐', '12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890') end collate "C"), '[^A-Z0-9]+', '', 'g') end, '') as "place_said"
              from (select distinct nullif(btrim(a."c_postcode", E' \t\r\n\u00a0'), '') as "said_place"
                from (select distinct "c_postcode" from arrived) a offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) "place" on coalesce("place"."said_place", '') = coalesce(t."c_postcode", '')
    where t.code is null offset 0) l offset 0) t
--   $1 = ["B","CV","DE","GL","LE","NN","OX","WR","ZZ99"]
--   $2 = ["% limited %","% ltd %","% cyfyngedig %","% cyf %","% plc %","% llp %","% cic %","% cio %","% unlim… (302 characters)
--   $3 = "CAST:born_on"
--   $4 = "CAST:left_on"
--   $5 = "CAST:attempts"
--   $6 = "CAST:deceased"
--   $7 = "DATE:left_on"
--   $8 = ["1970-01-01"]

-- extract: quarantine
insert into quarantine (key, code) select key, code from (select l.*,
  case when key_missing then 'KEY_MISSING' when not "g_c_born_on" then $1::text when not "g_c_left_on" then $2::text when not "g_c_attempts" then $3::text when not "g_c_deceased" then $4::text when "v_c_left_on" < date '1900-01-01' or "v_c_left_on" >= date '2200-01-01' then $5::text  end as "code"
  from (select l.*,
    case when "g_c_born_on" then case when not ("c_born_on"::date <= date '1900-01-01' or "c_born_on"::date = date '1901-01-01') then "c_born_on"::date end end as "v_c_born_on",
    case when "g_c_district" then "c_district" end as "v_c_district",
    case when "g_c_left_on" then "c_left_on"::date end as "v_c_left_on",
    case when "g_c_attempts" then "c_attempts"::bigint end as "v_c_attempts",
    case when "g_c_deceased" then lower("c_deceased") in ('true', 't', 'yes', 'y', '1') end as "v_c_deceased"
    from (select l.*,
      case when "c_born_on" ~ '^[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' then substr("c_born_on", 9, 2)::integer <= case
      when substr("c_born_on", 6, 2) in ('04', '06', '09', '11') then 30
      when substr("c_born_on", 6, 2) <> '02' then 31
      when substr("c_born_on", 1, 4)::integer % 400 = 0 then 29
      when substr("c_born_on", 1, 4)::integer % 100 = 0 then 28
      when substr("c_born_on", 1, 4)::integer % 4 = 0 then 29
      else 28 end when "c_born_on" is not null then false end as "g_c_born_on",
      true as "g_c_district",
      case when "c_left_on" ~ '^[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' then substr("c_left_on", 9, 2)::integer <= case
      when substr("c_left_on", 6, 2) in ('04', '06', '09', '11') then 30
      when substr("c_left_on", 6, 2) <> '02' then 31
      when substr("c_left_on", 1, 4)::integer % 400 = 0 then 29
      when substr("c_left_on", 1, 4)::integer % 100 = 0 then 28
      when substr("c_left_on", 1, 4)::integer % 4 = 0 then 29
      else 28 end when "c_left_on" is not null then false end as "g_c_left_on",
      "c_attempts" ~ '^[+-]?[0-9]{1,18}$' as "g_c_attempts",
      lower("c_deceased") in ('true', 'false', 't', 'f', 'yes', 'no', 'y', 'n', '1', '0') as "g_c_deceased"
      from (select array[a."c_resident_ref"]::text[] as key,
        (nullif(btrim(a."c_resident_ref", E' \t\r\n\u00a0'), '') is null) as key_missing,
        nullif(btrim(a."c_resident_ref", E' \t\r\n\u00a0'), '') as "c_resident_ref",
        case when nullif(btrim(a."c_born_on", E' \t\r\n\u00a0'), '') = any ($6::text[]) then null else nullif(btrim(a."c_born_on", E' \t\r\n\u00a0'), '') end as "c_born_on",
        nullif(btrim(a."c_district", E' \t\r\n\u00a0'), '') as "c_district",
        nullif(btrim(a."c_left_on", E' \t\r\n\u00a0'), '') as "c_left_on",
        nullif(btrim(a."c_attempts", E' \t\r\n\u00a0'), '') as "c_attempts",
        nullif(btrim(a."c_deceased", E' \t\r\n\u00a0'), '') as "c_deceased",
        nullif(btrim(a."c_phone_mobile", E' \t\r\n\u00a0'), '') as "c_phone_mobile",
        nullif(btrim(a."c_phone_home", E' \t\r\n\u00a0'), '') as "c_phone_home",
        nullif(btrim(a."c_forename", E' \t\r\n\u00a0'), '') as "c_forename",
        nullif(btrim(a."c_surname", E' \t\r\n\u00a0'), '') as "c_surname",
        nullif(btrim(a."c_postcode", E' \t\r\n\u00a0'), '') as "c_postcode"
        from arrived a offset 0) l offset 0) l offset 0) l offset 0) l where code is not null
--   $1 = "CAST:born_on"
--   $2 = "CAST:left_on"
--   $3 = "CAST:attempts"
--   $4 = "CAST:deceased"
--   $5 = "DATE:left_on"
--   $6 = ["1970-01-01"]

-- extract: settle
with keys as not materialized (
  select key from intake union all select key from quarantine where key is not null
), doubt as materialized (
  select count(*) > count(distinct hash_array_extended(key, 0)) as repeats from keys
), repeated as (
  select key from keys where (select repeats from doubt) group by key having count(*) > 1
), gone as (
  delete from intake i using repeated r where i.key = r.key returning i.key
)
insert into quarantine (key, code) select key, 'KEY_REPEATED' from gone

-- extract: counts
select (q.n + i.n)::integer as read, q.n::integer as quarantined, i.n::integer as intake
from (select count(*) as n from quarantine) q, (select count(*) as n from intake) i

-- extract: quarantined
select code, count(*)::integer as rows from quarantine group by code order by code collate "C"

-- extract from a database that has the types: read
select s."resident_ref"::text,
s."born_on"::date,
s."district"::text,
s."left_on"::date,
s."attempts"::bigint,
s."deceased"::boolean,
s."phone_mobile"::text,
s."phone_home"::text,
s."forename"::text,
s."surname"::text,
s."postcode"::text
from "survey"."resident" s
where true

-- extract from a database that has the types: arrived
create temp table arrived ("c_resident_ref" text, "c_born_on" date, "c_district" text, "c_left_on" date, "c_attempts" bigint, "c_deceased" boolean, "c_phone_mobile" text, "c_phone_home" text, "c_forename" text, "c_surname" text, "c_postcode" text) on commit drop

-- extract from a database that has the types: load 1 of 1
insert into "intake" ("key", "c_born_on", "c_district", "c_left_on", "c_attempts", "c_deceased", "check_0", "check_1", "phone_kinds", "phone_tokens", "reference_tokens", "person_tokens")
select t."key", t."v_c_born_on", t."v_c_district", t."v_c_left_on", t."v_c_attempts", t."v_c_deceased", case when regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g') ~ '^[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}$'
then not (array[substring(left(regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g'), -3) from '^[A-Z]+'), left(regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g'), -3), left(regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g'), -3) || ' ' || substr(regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g'), length(regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g')) - 2, 1)] && $1::text[]) end, ((' ' || btrim(regexp_replace(lower(translate(replace("c_surname", '&', ' and '), '.''’`', '') collate "C"), '[^a-z0-9]+', ' ', 'g')) || ' ') like any ($2::text[])), array_remove(array["k_1_1", "k_1_2", "k_1_3", "k_1_4", "k_2_1", "k_2_2", "k_2_3", "k_2_4"]::text[], null), array_remove(array[sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_1_1", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_1_2", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_1_3", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_1_4", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_2_1", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_2_2", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_2_3", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_2_4", 'UTF8')))]::bytea[], null), array_remove(array[sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('reference:' || "r_1", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('reference:' || nullif("l_1"[1], "r_1"), 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('reference:' || nullif("l_1"[2], "r_1"), 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('reference:' || nullif("l_1"[3], "r_1"), 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('reference:' || nullif("l_1"[4], "r_1"), 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('reference:' || nullif("l_1"[5], "r_1"), 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('reference:' || case when translate("r_1", 'IO', '') <> "r_1" and "r_1" ~ '[0-9][IO]+[0-9]' then regexp_replace(regexp_replace(regexp_replace("r_1", '(?<=[0-9][IO]*)[O](?=[IO]*[/\\._-]?[0-9])|(?<=[/\\._-][IO]*)[O](?=[IO]*[0-9])', '0', 'g'), '(?<=[0-9][IO]*)[I](?=[IO]*[/\\._-]?[0-9])|(?<=[/\\._-][IO]*)[I](?=[IO]*[0-9])', '1', 'g'), '^(?:URN|CRN|REFERENCE|REFS?|CRIME|CASE|INCIDENT|OCCURRENCE|REPORT|INVESTIGATION|UNIQUE|NUMBERS?|NUM|NO|NR|ID|LOG|CAD|NICHE|IS|THE|MY|OUR|YOUR|POLICE|INC|OCC|RE|CN|CR|CRI)+(?=[A-Z]{0,4}[0-9])', '') end, 'UTF8')))]::bytea[], null), case when (fore_first is not null and sur_all is not null and place is not null) then array_remove(array[sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || "held_first", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || "held_any", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || held_further[1], 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || held_further[2], 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || held_further[3], 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || held_further[4], 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || held_further[5], 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || held_further[6], 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || held_further[7], 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || held_further[8], 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || held_further[9], 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || held_further[10], 'UTF8')))]::bytea[], null) else '{}'::bytea[] end
from (select l.*,
  fore_first || '|' || sur_all || '|' || place as "held_first",
  left(fore_first, 1) || '*|' || sur_all || '|' || place as "held_any",
  case when fore_plain and sur_plain and length(fore_first) > 2 then null
  when fore like '%&%' or sur like '% % %' or sur like '%\_%' or fore_folded is not null or sur_folded is not null
  then array(select first || last || '|' || place
    from unnest(string_to_array((case when fore_folded is not null or sur_folded is not null then coalesce(fore_folded, fore) end), '&')) with ordinality n(name, alias),
    lateral (select split_part(name, ' ', 1) as x, string_to_array((case when fore_folded is not null or sur_folded is not null then coalesce(sur_folded, sur) end), ' ') as w) one,
    lateral (values (1, x || '|'), (2, left(x, 1) || '*|'), (3, case when name like '% %' then replace(name, ' ', '') || '|' end),
      (4, case when (length(x) = 1 or (length(x) = 2 and x ~ '^([^aeiouy][^aeiouy]|[aeiou][bcfghjkpqrtvwx]|am)$' and x not in ('md', 'ng'))) then left(x, 1) || '.|' end)) f(fore_nth, first),
    lateral (select 1 as sur_nth, translate((case when fore_folded is not null or sur_folded is not null then coalesce(sur_folded, sur) end), ' _', '') as last
      union all select 2, '~' || replace(u, '_', '') from unnest(w) u where cardinality(w) > 1
      union all select 2, '~' || split_part(u, '_', -1) from unnest(w) u where u like '%\_%'
      union all select 3, '~' || translate(w[i] || w[j], '_', '') from generate_series(1, 4) i, generate_series(i + 1, 5) j
      where cardinality(w) > 2 and w[j] is not null) l
    where first is not null and true and x <> ''
    group by first, last order by min(sur_nth), min(alias), min(fore_nth), last) || array(select first || last || '|' || place
    from unnest(string_to_array(fore, '&')) with ordinality n(name, alias),
    lateral (select split_part(name, ' ', 1) as x, string_to_array(sur, ' ') as w) one,
    lateral (values (1, x || '|'), (2, left(x, 1) || '*|'), (3, case when name like '% %' then replace(name, ' ', '') || '|' end),
      (4, case when (length(x) = 1 or (length(x) = 2 and x ~ '^([^aeiouy][^aeiouy]|[aeiou][bcfghjkpqrtvwx]|am)$' and x not in ('md', 'ng'))) then left(x, 1) || '.|' end)) f(fore_nth, first),
    lateral (select 1 as sur_nth, translate(sur, ' _', '') as last
      union all select 2, '~' || replace(u, '_', '') from unnest(w) u where cardinality(w) > 1
      union all select 2, '~' || split_part(u, '_', -1) from unnest(w) u where u like '%\_%'
      union all select 3, '~' || translate(w[i] || w[j], '_', '') from generate_series(1, 4) i, generate_series(i + 1, 5) j
      where cardinality(w) > 2 and w[j] is not null) l
    where first is not null and (alias > 1 or sur_nth > 1 or fore_nth > 2) and x <> ''
    group by first, last order by min(sur_nth), min(alias), min(fore_nth), last) || case when fore_plain and fore ~ '[ &]' then array[fore || '|' || sur_all || '|' || place] end
  when fore like '% %' or sur like '% %' or length(fore_first) < 3 then array_remove(array[case when fore like '% %' then replace(fore, ' ', '') || '|' else null end || sur_all || '|' || place, case when (length(fore_first) = 1 or (length(fore_first) = 2 and fore_first ~ '^([^aeiouy][^aeiouy]|[aeiou][bcfghjkpqrtvwx]|am)$' and fore_first not in ('md', 'ng'))) then left(fore_first, 1) || '.|' else null end || sur_all || '|' || place, fore_first || '|' || case when sur like '% %' then '~' || split_part(sur, ' ', 1) else null end || '|' || place, left(fore_first, 1) || '*|' || case when sur like '% %' then '~' || split_part(sur, ' ', 1) else null end || '|' || place, case when fore like '% %' then replace(fore, ' ', '') || '|' else null end || case when sur like '% %' then '~' || split_part(sur, ' ', 1) else null end || '|' || place, case when (length(fore_first) = 1 or (length(fore_first) = 2 and fore_first ~ '^([^aeiouy][^aeiouy]|[aeiou][bcfghjkpqrtvwx]|am)$' and fore_first not in ('md', 'ng'))) then left(fore_first, 1) || '.|' else null end || case when sur like '% %' then '~' || split_part(sur, ' ', 1) else null end || '|' || place, fore_first || '|' || case when sur like '% %' then '~' || split_part(sur, ' ', -1) else null end || '|' || place, left(fore_first, 1) || '*|' || case when sur like '% %' then '~' || split_part(sur, ' ', -1) else null end || '|' || place, case when fore like '% %' then replace(fore, ' ', '') || '|' else null end || case when sur like '% %' then '~' || split_part(sur, ' ', -1) else null end || '|' || place, case when (length(fore_first) = 1 or (length(fore_first) = 2 and fore_first ~ '^([^aeiouy][^aeiouy]|[aeiou][bcfghjkpqrtvwx]|am)$' and fore_first not in ('md', 'ng'))) then left(fore_first, 1) || '.|' else null end || case when sur like '% %' then '~' || split_part(sur, ' ', -1) else null end || '|' || place], null) || case when fore_plain and fore ~ '[ &]' then array[fore || '|' || sur_all || '|' || place] end end as "held_further"
  from (select t.*, "fore_plain", "sur_plain", "fore_0", "sur_0", "fore", "sur", "fore_first", "sur_all", "fore_folded", "sur_folded", "place_said", "place_0", "place"
    from (select l.*,
      case
      when "e_1_1" is null then null
      when left(("m_1")[1], 1) = 'x' then 'other'
      when substr("e_1_1", 4, 1) = '7' and substr("e_1_1", 5, 1) not in ('0', '6') then 'mobile'
      when substr("e_1_1", 4, 1) in ('1', '2') then 'landline'
      else 'other'
      end as "k_1_1",
      case
      when "e_1_2" is null then null
      when left(("m_1")[2], 1) = 'x' then 'other'
      when substr("e_1_2", 4, 1) = '7' and substr("e_1_2", 5, 1) not in ('0', '6') then 'mobile'
      when substr("e_1_2", 4, 1) in ('1', '2') then 'landline'
      else 'other'
      end as "k_1_2",
      case
      when "e_1_3" is null then null
      when left(("m_1")[3], 1) = 'x' then 'other'
      when substr("e_1_3", 4, 1) = '7' and substr("e_1_3", 5, 1) not in ('0', '6') then 'mobile'
      when substr("e_1_3", 4, 1) in ('1', '2') then 'landline'
      else 'other'
      end as "k_1_3",
      case
      when "e_1_4" is null then null
      when left(("m_1")[4], 1) = 'x' then 'other'
      when substr("e_1_4", 4, 1) = '7' and substr("e_1_4", 5, 1) not in ('0', '6') then 'mobile'
      when substr("e_1_4", 4, 1) in ('1', '2') then 'landline'
      else 'other'
      end as "k_1_4",
      case
      when "e_2_1" is null then null
      when left(("m_2")[1], 1) = 'x' then 'other'
      when substr("e_2_1", 4, 1) = '7' and substr("e_2_1", 5, 1) not in ('0', '6') then 'mobile'
      when substr("e_2_1", 4, 1) in ('1', '2') then 'landline'
      else 'other'
      end as "k_2_1",
      case
      when "e_2_2" is null then null
      when left(("m_2")[2], 1) = 'x' then 'other'
      when substr("e_2_2", 4, 1) = '7' and substr("e_2_2", 5, 1) not in ('0', '6') then 'mobile'
      when substr("e_2_2", 4, 1) in ('1', '2') then 'landline'
      else 'other'
      end as "k_2_2",
      case
      when "e_2_3" is null then null
      when left(("m_2")[3], 1) = 'x' then 'other'
      when substr("e_2_3", 4, 1) = '7' and substr("e_2_3", 5, 1) not in ('0', '6') then 'mobile'
      when substr("e_2_3", 4, 1) in ('1', '2') then 'landline'
      else 'other'
      end as "k_2_3",
      case
      when "e_2_4" is null then null
      when left(("m_2")[4], 1) = 'x' then 'other'
      when substr("e_2_4", 4, 1) = '7' and substr("e_2_4", 5, 1) not in ('0', '6') then 'mobile'
      when substr("e_2_4", 4, 1) in ('1', '2') then 'landline'
      else 'other'
      end as "k_2_4"
      from (select l.*,
        coalesce("w_1", ltrim(("m_1")[1], 'x')) as "e_1_1",
        ltrim(("m_1")[2], 'x') as "e_1_2",
        ltrim(("m_1")[3], 'x') as "e_1_3",
        ltrim(("m_1")[4], 'x') as "e_1_4",
        coalesce("w_2", ltrim(("m_2")[1], 'x')) as "e_2_1",
        ltrim(("m_2")[2], 'x') as "e_2_2",
        ltrim(("m_2")[3], 'x') as "e_2_3",
        ltrim(("m_2")[4], 'x') as "e_2_4"
        from (select l.*,
          case when "w_1" is null and length("p_1") > 9 then (select case
            when cardinality(m) > 0 and length(regexp_replace("p_1", '[^0-9]+', '', 'g')) < 11 * cardinality(m) + 9 then m
            else array(select n from unnest(m || array(
                  select mark || '+44' || national from (select mark, regexp_replace(regexp_replace(number, '[^0-9]', '', 'g'), '^(?:0?0?44)?0?', '') as national, nth, place
                    from (select 'x' as mark, r[1] as number, nth, 1 as place
                      from regexp_matches(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(replace("p_1", '%2b', '+'), '&[#a-z0-9]+;|%20|_x000d_', ' ', 'g'), '(?:\+|(?<![0-9])00)[ (]*(?!4 ?4|[0(])[1-9](?:[ .()-]{0,2}[0-9]){6,14}', '<>', 'g'), '(?<=[0-9]o*)o(?![a-np-z])|(?<=[0-9][ -]?o*)o(?=[ilo]+[0-9])|(?<![a-np-z])o(?=o*[0-9])', '0', 'g'), '(?<=[0-9][ -]?[il]*)[il](?=[il]*[0-9])', '1', 'g'), '([1-9])\.([0-9]{9,11})e\+?[0-9]{1,2}(?![0-9])', '\1\2', 'g'), '([0-9]{9})\.0+(?![0-9])', '\1', 'g'), '((?<![0-9] *)(?:\+?(?:00)? ?44 ?(?:\(0\) ?)?|0)[1-9][0-9]{1,4}\)?) / (?=[0-9]{3,4} ?[0-9]{3,4}(?! ?[0-9]))', '\1 ', 'g'), '(?<![0-9/.-])(?:[0-3]?[0-9][/.-][01]?[0-9][/.-](?:[0-9]{4}|[0-9]{2})|20[0-9]{2}-[01][0-9]-[0-3][0-9]|[0-9]+(?:/[0-9]+)+)(?![0-9/])|(?<![0-9])[0-3]?[0-9](?:st|nd|rd|th)?\s+(?:of\s+)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*(?:\s+(?:20)?[0-9]{2})?(?![0-9])|\m(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\s+20[0-9]{2}(?![0-9])|(?<![0-9])[0-9]{1,4}\s*(?:[ap]\.?m|hrs?|hours?|h|x|calls?|times?|attempts?|rings?|mins?|minutes?|days?|weeks?|st|nd|rd|th)\M|(?<![0-9])(?:[01]?[0-9]|2[0-4])[:.][0-5][0-9](?![0-9])|(?<![0-9][._-]?)(?:[01]?[0-9]|2[0-4])(?:[0-5][0-9])?\s*(?:-|/|to|till?|until|and)\s*(?:[01]?[0-9]|2[0-4])(?:[0-5][0-9])?(?![0-9])|(?<=[a-z#]\s?)[0-9](?![0-9])|(?<![0-9])14(?:1|70)[ ,-]+(?=[(+0])', '<>', 'g'), ' / ', '<>', 'g'), '(?<![0-9][ ._-]?)((?:(?:0?0?[ ,.;|=/\\()_-]{0,3}44[ ,.;|=/\\()_-]{0,3}0?|0)[ ,.;|=/\\()_-]{0,3}(?=[1-9])|(?=[17]|2[03489]))(?:[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{6}|[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}|[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{4}|[0-9]{2}[ ,.;|=/\\()_-]{0,3}[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{4}|[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{5}|[0-9]{5}[ ,.;|=/\\()_-]{0,3}[0-9]{4}|[0-9]{1}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}))(?![ ._-]?[0-9])', 'g') with ordinality f(r, nth)) p) n where national ~ '^(?:[1-9][0-9]{9}|1(?:2(?:0(?:46[1-4]|87[2-9])|545[1-79]|76(?:2\d|3[1-8]|6[1-6])|9(?:7(?:2[0-4]|3[2-5])|8(?:2[2-8]|7[0-47-9]|8[3-5])))|3(?:6(?:38[2-5]|47[23])|8(?:47[04-9]|64[0157-9]))|4(?:044[1-7]|20(?:2[23]|8\d)|6(?:0(?:30|5[2-57]|6[1-8]|7[2-8])|140)|8(?:052|87[1-3]))|5(?:2(?:4(?:3[2-79]|6\d)|76\d)|6(?:26[06-9]|686))|6(?:06(?:4\d|7[4-79])|295[5-7]|35[34]\d|47(?:24|61)|59(?:5[08]|6[67]|74)|9(?:55[0-4]|77[23]))|7(?:26(?:6[13-9]|7[0-7])|(?:442|688)\d|50(?:2[0-3]|[3-68]2|76))|8(?:27[56]\d|37(?:5[2-5]|8[239])|843[2-58])|9(?:0(?:0(?:6[1-8]|85)|52\d)|3583|4(?:66[1-8]|9(?:2[01]|81))|63(?:23|3[1-4])|9561))\d{3})$' order by nth, place)) with ordinality f(n, nth) group by n order by min(nth)) end
            from (select array(
                select mark || '+44' || national from (select mark, regexp_replace(regexp_replace(number, '[^0-9]', '', 'g'), '^(?:0?0?44)?0?', '') as national, nth, place
                  from (select case when found.r[2] ~ '^[^a-z0-9]*(x|xt|ext|extn|extension|#)[^a-z0-9]*$' then 'x' else '' end as mark, number, found.nth, place
                    from regexp_matches(regexp_replace("p_1", '(^|[^0-9])[0-9][):.]\s+(?=[+(0])', '\1;', 'g'), '(\+?[0-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9])*)([^0-9+]*)', 'g') with ordinality found(r, nth),
                    unnest(regexp_match(ltrim(found.r[1], '+'), '^((?:0[][ (){}._*~:''"\t\r\n-]*0[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|0)[][ (){}._*~:''"\t\r\n-]*[1-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9]){8,9})(?:[][ (){}._*~:''"\t\r\n-]*[\s-][][ (){}._*~:''"\t\r\n-]*((?:0[][ (){}._*~:''"\t\r\n-]*0[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|0)[][ (){}._*~:''"\t\r\n-]*[1-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9]){8,9}))?(?:[][ (){}._*~:''"\t\r\n-]*[\s-][][ (){}._*~:''"\t\r\n-]*((?:0[][ (){}._*~:''"\t\r\n-]*0[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|0)[][ (){}._*~:''"\t\r\n-]*[1-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9]){8,9}))?$'))
                    with ordinality part(number, place) where number is not null) p) n where national ~ '^(?:[1-9][0-9]{9}|1(?:2(?:0(?:46[1-4]|87[2-9])|545[1-79]|76(?:2\d|3[1-8]|6[1-6])|9(?:7(?:2[0-4]|3[2-5])|8(?:2[2-8]|7[0-47-9]|8[3-5])))|3(?:6(?:38[2-5]|47[23])|8(?:47[04-9]|64[0157-9]))|4(?:044[1-7]|20(?:2[23]|8\d)|6(?:0(?:30|5[2-57]|6[1-8]|7[2-8])|140)|8(?:052|87[1-3]))|5(?:2(?:4(?:3[2-79]|6\d)|76\d)|6(?:26[06-9]|686))|6(?:06(?:4\d|7[4-79])|295[5-7]|35[34]\d|47(?:24|61)|59(?:5[08]|6[67]|74)|9(?:55[0-4]|77[23]))|7(?:26(?:6[13-9]|7[0-7])|(?:442|688)\d|50(?:2[0-3]|[3-68]2|76))|8(?:27[56]\d|37(?:5[2-5]|8[239])|843[2-58])|9(?:0(?:0(?:6[1-8]|85)|52\d)|3583|4(?:66[1-8]|9(?:2[01]|81))|63(?:23|3[1-4])|9561))\d{3})$' order by nth, place) as m offset 0) plainly) end as "m_1",
          case when "w_2" is null and length("p_2") > 9 then (select case
            when cardinality(m) > 0 and length(regexp_replace("p_2", '[^0-9]+', '', 'g')) < 11 * cardinality(m) + 9 then m
            else array(select n from unnest(m || array(
                  select mark || '+44' || national from (select mark, regexp_replace(regexp_replace(number, '[^0-9]', '', 'g'), '^(?:0?0?44)?0?', '') as national, nth, place
                    from (select 'x' as mark, r[1] as number, nth, 1 as place
                      from regexp_matches(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(replace("p_2", '%2b', '+'), '&[#a-z0-9]+;|%20|_x000d_', ' ', 'g'), '(?:\+|(?<![0-9])00)[ (]*(?!4 ?4|[0(])[1-9](?:[ .()-]{0,2}[0-9]){6,14}', '<>', 'g'), '(?<=[0-9]o*)o(?![a-np-z])|(?<=[0-9][ -]?o*)o(?=[ilo]+[0-9])|(?<![a-np-z])o(?=o*[0-9])', '0', 'g'), '(?<=[0-9][ -]?[il]*)[il](?=[il]*[0-9])', '1', 'g'), '([1-9])\.([0-9]{9,11})e\+?[0-9]{1,2}(?![0-9])', '\1\2', 'g'), '([0-9]{9})\.0+(?![0-9])', '\1', 'g'), '((?<![0-9] *)(?:\+?(?:00)? ?44 ?(?:\(0\) ?)?|0)[1-9][0-9]{1,4}\)?) / (?=[0-9]{3,4} ?[0-9]{3,4}(?! ?[0-9]))', '\1 ', 'g'), '(?<![0-9/.-])(?:[0-3]?[0-9][/.-][01]?[0-9][/.-](?:[0-9]{4}|[0-9]{2})|20[0-9]{2}-[01][0-9]-[0-3][0-9]|[0-9]+(?:/[0-9]+)+)(?![0-9/])|(?<![0-9])[0-3]?[0-9](?:st|nd|rd|th)?\s+(?:of\s+)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*(?:\s+(?:20)?[0-9]{2})?(?![0-9])|\m(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\s+20[0-9]{2}(?![0-9])|(?<![0-9])[0-9]{1,4}\s*(?:[ap]\.?m|hrs?|hours?|h|x|calls?|times?|attempts?|rings?|mins?|minutes?|days?|weeks?|st|nd|rd|th)\M|(?<![0-9])(?:[01]?[0-9]|2[0-4])[:.][0-5][0-9](?![0-9])|(?<![0-9][._-]?)(?:[01]?[0-9]|2[0-4])(?:[0-5][0-9])?\s*(?:-|/|to|till?|until|and)\s*(?:[01]?[0-9]|2[0-4])(?:[0-5][0-9])?(?![0-9])|(?<=[a-z#]\s?)[0-9](?![0-9])|(?<![0-9])14(?:1|70)[ ,-]+(?=[(+0])', '<>', 'g'), ' / ', '<>', 'g'), '(?<![0-9][ ._-]?)((?:(?:0?0?[ ,.;|=/\\()_-]{0,3}44[ ,.;|=/\\()_-]{0,3}0?|0)[ ,.;|=/\\()_-]{0,3}(?=[1-9])|(?=[17]|2[03489]))(?:[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{6}|[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}|[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{4}|[0-9]{2}[ ,.;|=/\\()_-]{0,3}[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{4}|[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{5}|[0-9]{5}[ ,.;|=/\\()_-]{0,3}[0-9]{4}|[0-9]{1}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}))(?![ ._-]?[0-9])', 'g') with ordinality f(r, nth)) p) n where national ~ '^(?:[1-9][0-9]{9}|1(?:2(?:0(?:46[1-4]|87[2-9])|545[1-79]|76(?:2\d|3[1-8]|6[1-6])|9(?:7(?:2[0-4]|3[2-5])|8(?:2[2-8]|7[0-47-9]|8[3-5])))|3(?:6(?:38[2-5]|47[23])|8(?:47[04-9]|64[0157-9]))|4(?:044[1-7]|20(?:2[23]|8\d)|6(?:0(?:30|5[2-57]|6[1-8]|7[2-8])|140)|8(?:052|87[1-3]))|5(?:2(?:4(?:3[2-79]|6\d)|76\d)|6(?:26[06-9]|686))|6(?:06(?:4\d|7[4-79])|295[5-7]|35[34]\d|47(?:24|61)|59(?:5[08]|6[67]|74)|9(?:55[0-4]|77[23]))|7(?:26(?:6[13-9]|7[0-7])|(?:442|688)\d|50(?:2[0-3]|[3-68]2|76))|8(?:27[56]\d|37(?:5[2-5]|8[239])|843[2-58])|9(?:0(?:0(?:6[1-8]|85)|52\d)|3583|4(?:66[1-8]|9(?:2[01]|81))|63(?:23|3[1-4])|9561))\d{3})$' order by nth, place)) with ordinality f(n, nth) group by n order by min(nth)) end
            from (select array(
                select mark || '+44' || national from (select mark, regexp_replace(regexp_replace(number, '[^0-9]', '', 'g'), '^(?:0?0?44)?0?', '') as national, nth, place
                  from (select case when found.r[2] ~ '^[^a-z0-9]*(x|xt|ext|extn|extension|#)[^a-z0-9]*$' then 'x' else '' end as mark, number, found.nth, place
                    from regexp_matches(regexp_replace("p_2", '(^|[^0-9])[0-9][):.]\s+(?=[+(0])', '\1;', 'g'), '(\+?[0-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9])*)([^0-9+]*)', 'g') with ordinality found(r, nth),
                    unnest(regexp_match(ltrim(found.r[1], '+'), '^((?:0[][ (){}._*~:''"\t\r\n-]*0[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|0)[][ (){}._*~:''"\t\r\n-]*[1-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9]){8,9})(?:[][ (){}._*~:''"\t\r\n-]*[\s-][][ (){}._*~:''"\t\r\n-]*((?:0[][ (){}._*~:''"\t\r\n-]*0[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|0)[][ (){}._*~:''"\t\r\n-]*[1-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9]){8,9}))?(?:[][ (){}._*~:''"\t\r\n-]*[\s-][][ (){}._*~:''"\t\r\n-]*((?:0[][ (){}._*~:''"\t\r\n-]*0[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|0)[][ (){}._*~:''"\t\r\n-]*[1-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9]){8,9}))?$'))
                    with ordinality part(number, place) where number is not null) p) n where national ~ '^(?:[1-9][0-9]{9}|1(?:2(?:0(?:46[1-4]|87[2-9])|545[1-79]|76(?:2\d|3[1-8]|6[1-6])|9(?:7(?:2[0-4]|3[2-5])|8(?:2[2-8]|7[0-47-9]|8[3-5])))|3(?:6(?:38[2-5]|47[23])|8(?:47[04-9]|64[0157-9]))|4(?:044[1-7]|20(?:2[23]|8\d)|6(?:0(?:30|5[2-57]|6[1-8]|7[2-8])|140)|8(?:052|87[1-3]))|5(?:2(?:4(?:3[2-79]|6\d)|76\d)|6(?:26[06-9]|686))|6(?:06(?:4\d|7[4-79])|295[5-7]|35[34]\d|47(?:24|61)|59(?:5[08]|6[67]|74)|9(?:55[0-4]|77[23]))|7(?:26(?:6[13-9]|7[0-7])|(?:442|688)\d|50(?:2[0-3]|[3-68]2|76))|8(?:27[56]\d|37(?:5[2-5]|8[239])|843[2-58])|9(?:0(?:0(?:6[1-8]|85)|52\d)|3583|4(?:66[1-8]|9(?:2[01]|81))|63(?:23|3[1-4])|9561))\d{3})$' order by nth, place) as m offset 0) plainly) end as "m_2"
          from (select l.*,
            case when key_missing then 'KEY_MISSING' when not "g_c_born_on" then $3::text when not "g_c_left_on" then $4::text when not "g_c_attempts" then $5::text when not "g_c_deceased" then $6::text when "v_c_left_on" < date '1900-01-01' or "v_c_left_on" >= date '2200-01-01' then $7::text  end as "code",
            case
            when translate("d_1", '6789012345', '') <> '' then null
            when length("d_1") = 11 and substr("d_1", 1, 1) = '0' and substr("d_1", 2, 1) <> '0' then '+44' || substr("d_1", 2)
            when length("d_1") = 12 and left("d_1", 2) = '44' and substr("d_1", 3, 1) <> '0' then '+' || "d_1"
            when length("d_1") = 13 and left("d_1", 3) = '440' and substr("d_1", 4, 1) <> '0' then '+44' || substr("d_1", 4)
            when length("d_1") = 14 and left("d_1", 4) = '0044' and substr("d_1", 5, 1) <> '0' then '+' || substr("d_1", 3)
            when length("d_1") = 15 and left("d_1", 5) = '00440' and substr("d_1", 6, 1) <> '0' then '+44' || substr("d_1", 6)
            end as "w_1",
            case
            when translate("d_2", '6789012345', '') <> '' then null
            when length("d_2") = 11 and substr("d_2", 1, 1) = '0' and substr("d_2", 2, 1) <> '0' then '+44' || substr("d_2", 2)
            when length("d_2") = 12 and left("d_2", 2) = '44' and substr("d_2", 3, 1) <> '0' then '+' || "d_2"
            when length("d_2") = 13 and left("d_2", 3) = '440' and substr("d_2", 4, 1) <> '0' then '+44' || substr("d_2", 4)
            when length("d_2") = 14 and left("d_2", 4) = '0044' and substr("d_2", 5, 1) <> '0' then '+' || substr("d_2", 3)
            when length("d_2") = 15 and left("d_2", 5) = '00440' and substr("d_2", 6, 1) <> '0' then '+44' || substr("d_2", 6)
            end as "w_2",
            case when "c_resident_ref" ~ '[^A-Za-z0-9/._-]' and (length("r_1") > 15 or "c_resident_ref" ~ '[A-Za-z]{3}|[^A-Za-z0-9/\\._ -]| [/-] ')
            or length("r_1") > 18 then array(
              select p.part from (select regexp_replace(regexp_replace(upper(case when octet_length("c_resident_ref") = length("c_resident_ref") then "c_resident_ref"
                      else translate(normalize(translate(translate("c_resident_ref", E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKC), '١٢٣٤٥٦٧٨٩٠۱۲۳۴۵۶۷۸۹۰१२३४५६७८९०১২৩৪৫৬৭৮৯০੧੨੩੪੫੬੭੮੯੦૧૨૩૪૫૬૭૮૯૦୧୨୩୪୫୬୭୮୯୦௧௨௩௪௫௬௭௮௯௦౧౨౩౪౫౬౭౮౯౦೧೨೩೪೫೬೭೮೯೦൧൨൩൪൫൬൭൮൯൦๑๒๓๔๕๖๗๘๙๐໑໒໓໔໕໖໗໘໙໐༡༢༣༤༥༦༧༨༩༠၁၂၃၄၅၆၇၈၉၀១២៣៤៥៦៧៨៩០᠑᠒᠓᠔᠕᠖᠗᠘᠙᠐', '12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890') end collate "C"), '[ \t\u00a0]+', ' ', 'g'), '(?<![0-9/.-])[0-3]?[0-9](?:ST|ND|RD|TH)? +(?:OF +)?(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)[A-Z]*(?: +(?:20)?[0-9]{2})?(?![0-9])', ';', 'g') as whole offset 0) given,
              lateral (values (1, regexp_replace(whole, '([A-Z0-9]) ?([/\\.-]) ?(?=[0-9])', '\1\2', 'g')), (2, regexp_replace(whole, ' [/-] ', ';', 'g'))) v(view, seen),
              lateral regexp_matches(seen, '((?:\m[A-Z]{1,4} )?)([A-Z/\\._-]*[0-9][A-Z0-9/\\._-]*(?: [A-Z/\\._-]*[0-9][A-Z0-9/\\._-]*)*)', 'g') with ordinality found(r, nth),
              lateral (select r[1] || r[2] as text union all select r[2] union all
                select c from regexp_split_to_table(r[2], ' ') c where c ~ '[/\\._-].*[0-9]' or length(c) > 7 union all
                select regexp_split_to_table(c, '[/\\-]') from regexp_split_to_table(r[2], ' ') c where length(c) > 18 and c ~ '^[A-Z0-9]{9,}(?:[/\\-][A-Z0-9]{9,})+$') cut,
              lateral (values (regexp_replace(cut.text, '[^A-Z0-9]+', '', 'g')), (regexp_replace(regexp_replace(cut.text, '[^A-Z0-9]+', '', 'g'), '^(?:URN|CRN|REFERENCE|REFS?|CRIME|CASE|INCIDENT|OCCURRENCE|REPORT|INVESTIGATION|UNIQUE|NUMBERS?|NUM|NO|NR|ID|LOG|CAD|NICHE|IS|THE|MY|OUR|YOUR|POLICE|INC|OCC|RE|CN|CR|CRI)+(?=[A-Z]{0,4}[0-9])', ''))) p(part)
              where length(p.part) >= 6 group by p.part order by min(array[view, nth]), length(p.part)) || regexp_replace("r_1", '^(?:URN|CRN|REFERENCE|REFS?|CRIME|CASE|INCIDENT|OCCURRENCE|REPORT|INVESTIGATION|UNIQUE|NUMBERS?|NUM|NO|NR|ID|LOG|CAD|NICHE|IS|THE|MY|OUR|YOUR|POLICE|INC|OCC|RE|CN|CR|CRI)+(?=[A-Z]{0,4}[0-9])', '')
            when left("r_1", 1) in ('C', 'I', 'L', 'M', 'N', 'O', 'P', 'R', 'T', 'U', 'Y') then array[regexp_replace("r_1", '^(?:URN|CRN|REFERENCE|REFS?|CRIME|CASE|INCIDENT|OCCURRENCE|REPORT|INVESTIGATION|UNIQUE|NUMBERS?|NUM|NO|NR|ID|LOG|CAD|NICHE|IS|THE|MY|OUR|YOUR|POLICE|INC|OCC|RE|CN|CR|CRI)+(?=[A-Z]{0,4}[0-9])', '')] end as "l_1"
            from (select l.*,
              case when "g_c_born_on" then case when not ("c_born_on" <= date '1900-01-01' or "c_born_on" = date '1901-01-01') then "c_born_on" end end as "v_c_born_on",
              case when "g_c_district" then "c_district" end as "v_c_district",
              case when "g_c_left_on" then "c_left_on" end as "v_c_left_on",
              case when "g_c_attempts" then "c_attempts" end as "v_c_attempts",
              case when "g_c_deceased" then "c_deceased" end as "v_c_deceased",
              translate(replace("p_1", ' / ', ';'), ' ()-.+/', '') as "d_1",
              translate(replace("p_2", ' / ', ';'), ' ()-.+/', '') as "d_2",
              case when ascii("s_1") between ascii('1') and ascii('9') or "s_1" <> all ('{NK,NOTKNOWN,UNKNOWN,NA,NOTAPPLICABLE,NONE,NIL,NOTGIVEN,NOTSTATED,NOTRECORDED,NOTPROVIDED,NOTYETKNOWN,NOREF,NOREFERENCE,TBA,TBC,PENDING}') and translate("s_1", '0', '') <> '' then "s_1" end as "r_1"
              from (select l.*,
                "c_born_on" between date '1000-01-01' and date '9999-12-31' as "g_c_born_on",
                true as "g_c_district",
                "c_left_on" between date '1000-01-01' and date '9999-12-31' as "g_c_left_on",
                "c_attempts" between -999999999999999999 and 999999999999999999 as "g_c_attempts",
                true as "g_c_deceased",
                lower(case when octet_length("c_phone_mobile") = length("c_phone_mobile") then "c_phone_mobile"
                  else translate(normalize(translate(translate("c_phone_mobile", E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKC), '١٢٣٤٥٦٧٨٩٠۱۲۳۴۵۶۷۸۹۰१२३४५६७८९०১২৩৪৫৬৭৮৯০੧੨੩੪੫੬੭੮੯੦૧૨૩૪૫૬૭૮૯૦୧୨୩୪୫୬୭୮୯୦௧௨௩௪௫௬௭௮௯௦౧౨౩౪౫౬౭౮౯౦೧೨೩೪೫೬೭೮೯೦൧൨൩൪൫൬൭൮൯൦๑๒๓๔๕๖๗๘๙๐໑໒໓໔໕໖໗໘໙໐༡༢༣༤༥༦༧༨༩༠၁၂၃၄၅၆၇၈၉၀១២៣៤៥៦៧៨៩០᠑᠒᠓᠔᠕᠖᠗᠘᠙᠐', '12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890') end collate "C") as "p_1",
                lower(case when octet_length("c_phone_home") = length("c_phone_home") then "c_phone_home"
                  else translate(normalize(translate(translate("c_phone_home", E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKC), '١٢٣٤٥٦٧٨٩٠۱۲۳۴۵۶۷۸۹۰१२३४५६७८९०১২৩৪৫৬৭৮৯০੧੨੩੪੫੬੭੮੯੦૧૨૩૪૫૬૭૮૯૦୧୨୩୪୫୬୭୮୯୦௧௨௩௪௫௬௭௮௯௦౧౨౩౪౫౬౭౮౯౦೧೨೩೪೫೬೭೮೯೦൧൨൩൪൫൬൭൮൯൦๑๒๓๔๕๖๗๘๙๐໑໒໓໔໕໖໗໘໙໐༡༢༣༤༥༦༧༨༩༠၁၂၃၄၅၆၇၈၉၀១២៣៤៥៦៧៨៩០᠑᠒᠓᠔᠕᠖᠗᠘᠙᠐', '12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890') end collate "C") as "p_2",
                nullif(case when "c_resident_ref" !~ '[^A-Z0-9/ -]' then translate("c_resident_ref", '/ -', '')
                  else regexp_replace(upper(case when octet_length("c_resident_ref") = length("c_resident_ref") then "c_resident_ref"
                      else translate(normalize(translate(translate("c_resident_ref", E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKC), '١٢٣٤٥٦٧٨٩٠۱۲۳۴۵۶۷۸۹۰१२३४५६७८९०১২৩৪৫৬৭৮৯০੧੨੩੪੫੬੭੮੯੦૧૨૩૪૫૬૭૮૯૦୧୨୩୪୫୬୭୮୯୦௧௨௩௪௫௬௭௮௯௦౧౨౩౪౫౬౭౮౯౦೧೨೩೪೫೬೭೮೯೦൧൨൩൪൫൬൭൮൯൦๑๒๓๔๕๖๗๘๙๐໑໒໓໔໕໖໗໘໙໐༡༢༣༤༥༦༧༨༩༠၁၂၃၄၅၆၇၈၉၀១២៣៤៥៦៧៨៩០᠑᠒᠓᠔᠕᠖᠗᠘᠙᠐', '12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890') end collate "C"), '[^A-Z0-9]+', '', 'g') end, '') as "s_1"
                from (select array[a."c_resident_ref"]::text[] as key,
                  (nullif(btrim(a."c_resident_ref", E' \t\r\n\u00a0'), '') is null) as key_missing,
                  nullif(btrim(a."c_resident_ref", E' \t\r\n\u00a0'), '') as "c_resident_ref",
                  case when a."c_born_on"::text = any ($8::text[]) then null else a."c_born_on" end as "c_born_on",
                  nullif(btrim(a."c_district", E' \t\r\n\u00a0'), '') as "c_district",
                  a."c_left_on" as "c_left_on",
                  a."c_attempts" as "c_attempts",
                  a."c_deceased" as "c_deceased",
                  nullif(btrim(a."c_phone_mobile", E' \t\r\n\u00a0'), '') as "c_phone_mobile",
                  nullif(btrim(a."c_phone_home", E' \t\r\n\u00a0'), '') as "c_phone_home",
                  nullif(btrim(a."c_forename", E' \t\r\n\u00a0'), '') as "c_forename",
                  nullif(btrim(a."c_surname", E' \t\r\n\u00a0'), '') as "c_surname",
                  nullif(btrim(a."c_postcode", E' \t\r\n\u00a0'), '') as "c_postcode"
                  from arrived a offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) t
    left join (select l.*,
      nullif(split_part(split_part(fore, '&', 1), ' ', 1), '') as "fore_first",
      nullif(case when "sur_plain" then "sur" else translate(sur, ' _', '') end, '') as "sur_all",
      case when not octet_length(fore) = length(fore) then nullif(translate(replace(replace(replace(replace(replace(replace(replace(translate(fore, 'ƁƂƄƆƇƉƊƋƎƏƐƑƓƔƖƗƘƜƝƟƢƤƦƧƩƬƮƱƲƳƵƷƸƼǤǶǷȜȠȢȤȺȻȽȾɁɃɄɅɆɈɊɌɎͰͲͶͿΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩϏϘϚϜϞϠϢϤϦϨϪϬϮϷϺϽϾϿЂЄЅІЈЉЊЋЏАБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯѠѢѤѦѨѪѬѮѰѲѴѸѺѼѾҀҊҌҎҐҒҔҖҘҚҜҞҠҢҤҦҨҪҬҮҰҲҴҶҸҺҼҾӀӃӅӇӉӋӍӔӘӠӨӶӺӼӾԀԂԄԆԈԊԌԎԐԒԔԖԘԚԜԞԠԢԤԦԨԪԬԮԱԲԳԴԵԶԷԸԹԺԻԼԽԾԿՀՁՂՃՄՅՆՇՈՉՊՋՌՍՎՏՐՑՒՓՔՕՖᲐᲑᲒᲓᲔᲕᲖᲗᲘᲙᲚᲛᲜᲝᲞᲟᲠᲡᲢᲣᲤᲥᲦᲧᲨᲩᲪᲫᲬᲭᲮᲯᲰᲱᲲᲳᲴᲵᲶᲷᲸᲹᲺᲽᲾᲿςىیکةہھٱְֱֲֳִֵֶַָֹֺֻּֽ֑֖֛֢֣֤֥֦֧֪֚֭֮֒֓֔֕֗֘֙֜֝֞֟֠֡֨֩֫֬֯־ֿ׀ׁׂ׃ׅׄ׆ׇؘؙؚؐؑؒؓؔؕؖؗـًٌٍَُِّْٰٕٖٜٟٓٔٗ٘ٙٚٛٝٞ“”„‟«»‹›', 'ɓƃƅɔƈɖɗƌǝəɛƒɠɣɩɨƙɯɲɵƣƥʀƨʃƭʈʊʋƴƶʒƹƽǥƕƿȝƞȣȥⱥȼƚⱦɂƀʉʌɇɉɋɍɏͱͳͷϳαβγδεζηθικλμνξοπρστυφχψωϗϙϛϝϟϡϣϥϧϩϫϭϯϸϻͻͼͽђєѕіјљњћџабвгдежзиклмнопрстуфхцчшщъыьэюяѡѣѥѧѩѫѭѯѱѳѵѹѻѽѿҁҋҍҏґғҕҗҙқҝҟҡңҥҧҩҫҭүұҳҵҷҹһҽҿӏӄӆӈӊӌӎӕәӡөӷӻӽӿԁԃԅԇԉԋԍԏԑԓԕԗԙԛԝԟԡԣԥԧԩԫԭԯաբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆაბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰჱჲჳჴჵჶჷჸჹჺჽჾჿσييكههها'), 'ου', 'ou'), 'αυ', 'av'), 'ευ', 'ev'), 'γγ', 'ng'), 'θ', 'th'), 'χ', 'ch'), 'ψ', 'ps'),
          'αβγδεζηικλμνξοπρστυφω', 'avgdeziiklmnxoprstyfo'), fore) end as "fore_folded",
      case when not octet_length(sur) = length(sur) then nullif(translate(replace(replace(replace(replace(replace(replace(replace(translate(sur, 'ƁƂƄƆƇƉƊƋƎƏƐƑƓƔƖƗƘƜƝƟƢƤƦƧƩƬƮƱƲƳƵƷƸƼǤǶǷȜȠȢȤȺȻȽȾɁɃɄɅɆɈɊɌɎͰͲͶͿΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩϏϘϚϜϞϠϢϤϦϨϪϬϮϷϺϽϾϿЂЄЅІЈЉЊЋЏАБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯѠѢѤѦѨѪѬѮѰѲѴѸѺѼѾҀҊҌҎҐҒҔҖҘҚҜҞҠҢҤҦҨҪҬҮҰҲҴҶҸҺҼҾӀӃӅӇӉӋӍӔӘӠӨӶӺӼӾԀԂԄԆԈԊԌԎԐԒԔԖԘԚԜԞԠԢԤԦԨԪԬԮԱԲԳԴԵԶԷԸԹԺԻԼԽԾԿՀՁՂՃՄՅՆՇՈՉՊՋՌՍՎՏՐՑՒՓՔՕՖᲐᲑᲒᲓᲔᲕᲖᲗᲘᲙᲚᲛᲜᲝᲞᲟᲠᲡᲢᲣᲤᲥᲦᲧᲨᲩᲪᲫᲬᲭᲮᲯᲰᲱᲲᲳᲴᲵᲶᲷᲸᲹᲺᲽᲾᲿςىیکةہھٱְֱֲֳִֵֶַָֹֺֻּֽ֑֖֛֢֣֤֥֦֧֪֚֭֮֒֓֔֕֗֘֙֜֝֞֟֠֡֨֩֫֬֯־ֿ׀ׁׂ׃ׅׄ׆ׇؘؙؚؐؑؒؓؔؕؖؗـًٌٍَُِّْٰٕٖٜٟٓٔٗ٘ٙٚٛٝٞ“”„‟«»‹›', 'ɓƃƅɔƈɖɗƌǝəɛƒɠɣɩɨƙɯɲɵƣƥʀƨʃƭʈʊʋƴƶʒƹƽǥƕƿȝƞȣȥⱥȼƚⱦɂƀʉʌɇɉɋɍɏͱͳͷϳαβγδεζηθικλμνξοπρστυφχψωϗϙϛϝϟϡϣϥϧϩϫϭϯϸϻͻͼͽђєѕіјљњћџабвгдежзиклмнопрстуфхцчшщъыьэюяѡѣѥѧѩѫѭѯѱѳѵѹѻѽѿҁҋҍҏґғҕҗҙқҝҟҡңҥҧҩҫҭүұҳҵҷҹһҽҿӏӄӆӈӊӌӎӕәӡөӷӻӽӿԁԃԅԇԉԋԍԏԑԓԕԗԙԛԝԟԡԣԥԧԩԫԭԯաբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆაბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰჱჲჳჴჵჶჷჸჹჺჽჾჿσييكههها'), 'ου', 'ou'), 'αυ', 'av'), 'ευ', 'ev'), 'γγ', 'ng'), 'θ', 'th'), 'χ', 'ch'), 'ψ', 'ps'),
          'αβγδεζηικλμνξοπρστυφω', 'avgdeziiklmnxoprstyfo'), sur) end as "sur_folded"
      from (select l.*,
        case when fore_plain and not fore_0 = any ('{mr,mrs,ms,miss,mx,messrs,mstr,master,mister,missus,dr,doctor,prof,professor,rev,revd,reverend,fr,sir,dame,lady,lord,cllr,rt hon,the,ven,mme,mlle,madam,smt,shri,unknown,not known,n/k,n/a,not given,not stated,not recorded,not provided,name unknown,name not known,no name,unnamed,anonymous,withheld,unknown male,unknown female}') and sur_0 is not null then case when case when (fore_0 like '%ae%' or fore_0 like '%oe%' or fore_0 like '%ue%' or fore_0 like '%aa%') then regexp_replace(replace(fore_0, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else fore_0 end like '%mac%' then regexp_replace(case when (fore_0 like '%ae%' or fore_0 like '%oe%' or fore_0 like '%ue%' or fore_0 like '%aa%') then regexp_replace(replace(fore_0, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else fore_0 end, '\mmac(?=[a-z]{3})', 'mc', 'g') else case when (fore_0 like '%ae%' or fore_0 like '%oe%' or fore_0 like '%ue%' or fore_0 like '%aa%') then regexp_replace(replace(fore_0, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else fore_0 end end else (select case when not w.x = any ('{unknown,not known,n/k,n/a,not given,not stated,not recorded,not provided,name unknown,name not known,no name,unnamed,anonymous,withheld,unknown male,unknown female}') then case when case when (w.x like '%ae%' or w.x like '%oe%' or w.x like '%ue%' or w.x like '%aa%') then regexp_replace(replace(w.x, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else w.x end like '%mac%' then regexp_replace(case when (w.x like '%ae%' or w.x like '%oe%' or w.x like '%ue%' or w.x like '%aa%') then regexp_replace(replace(w.x, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else w.x end, '\mmac(?=[a-z]{3})', 'mc', 'g') else case when (w.x like '%ae%' or w.x like '%oe%' or w.x like '%ue%' or w.x like '%aa%') then regexp_replace(replace(w.x, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else w.x end end end from (select (select (select case when w.x like '% %' and w.x ~ '&|\m(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri|det|detective|wo|p ?c|wpc|[dw][csi]|dci|insp|inspector|chief|supt|superintendent|constable|sgt|sergeant|ssgt|l cpl|lcpl|cpl|corporal|pte|private|spr|gnr|lt|lieutenant|capt|captain|maj|col|colonel|brig|brigadier|gen|general|flt|flight|sqn|squadron|ldr|leader|wg|wing|cdr|cmdr|commander|adm|admiral|pastor|rabbi|imam|father|sister|nurse|councillor|baroness|hon|major|canon|bishop|deacon|judge|justice|baron|brother|sheikh|hajji|haji|and|or|aka|alias|known|called)\M' or w.x like '%&%' then btrim(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(w.x, '\m(?:and|or|aka|alias|known as|called)\M', '&', 'g'), ' ?& ?', '&', 'g'), '(^|&)(?:(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri)(?: |(?=&)|$)|(?:det|detective|wo|p ?c|wpc|[dw][csi]|dci|insp|inspector|chief|supt|superintendent|constable|sgt|sergeant|ssgt|l cpl|lcpl|cpl|corporal|pte|private|spr|gnr|lt|lieutenant|capt|captain|maj|col|colonel|brig|brigadier|gen|general|flt|flight|sqn|squadron|ldr|leader|wg|wing|cdr|cmdr|commander|adm|admiral|pastor|rabbi|imam|father|sister|nurse|councillor|baroness|hon) (?=[a-z]))+', '\1', 'g'), '(^|&)((?:major|canon|bishop|deacon|judge|justice|baron|brother|sheikh|hajji|haji) )([^&]+)', '\1\2\3&\3', 'g'), '(^|&)(?:(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri)(?: |(?=&)|$)|(?:det|detective|wo|p ?c|wpc|[dw][csi]|dci|insp|inspector|chief|supt|superintendent|constable|sgt|sergeant|ssgt|l cpl|lcpl|cpl|corporal|pte|private|spr|gnr|lt|lieutenant|capt|captain|maj|col|colonel|brig|brigadier|gen|general|flt|flight|sqn|squadron|ldr|leader|wg|wing|cdr|cmdr|commander|adm|admiral|pastor|rabbi|imam|father|sister|nurse|councillor|baroness|hon) (?=[a-z]))+', '\1', 'g'), '&[ &]*', '&', 'g'), ' &') else w.x end from (select btrim(replace(replace(replace(case when w.x ~ '^[a-z'' -]+$' then translate(w.x, '-''', ' ') else regexp_replace(regexp_replace(translate(replace(case when w.x like '%&%;%' then regexp_replace(regexp_replace(regexp_replace(w.x, '&([a-z])(?:uml|acute|grave|circ|tilde|cedil|ring|slash|caron);', '\1', 'g'), '&amp;', '&', 'g'), '&(?:#x?[0-9a-f]+|[a-z]+);', '', 'g') else w.x end, '%27', ''), '+(",;)''`\', '&&&&&&'), '(?<=[a-z]{2}) ?/ ?(?=[a-z]{2})', '&', 'g'), '(?:(?!&)[[:space:][:punct:]+<>|^$=~])+', ' ', 'g') end, '  ', ' '), '  ', ' '), '  ', ' ')) as x offset 0) w) from (select case when (fore_0 is null or fore_0 = '' or btrim(fore_0, ' .,:;?*()[]"-') = any ('{mr,mrs,ms,miss,mx,messrs,mstr,master,mister,missus,dr,doctor,prof,professor,rev,revd,reverend,fr,sir,dame,lady,lord,cllr,rt hon,the,ven,mme,mlle,madam,smt,shri,unknown,not known,n/k,n/a,not given,not stated,not recorded,not provided,name unknown,name not known,no name,unnamed,anonymous,withheld,unknown male,unknown female}') or fore_0 ~ '^(?:(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri|and|&)(?:[ .,/]+|$|(?=&))+)+$') then case when btrim(sur_0) ~ '[^ ] ' then (select case when not btrim(w.x, ' .,:;?*()[]"-') = any ('{mr,mrs,ms,miss,mx,mister,missus,mme,mlle,dr,doctor,unknown,not known,n/k,n/a,not given,not stated,not recorded,not provided,name unknown,name not known,no name,unnamed,anonymous,withheld,unknown male,unknown female}') then w.x end from (select case when sur_0 ~ '[a-z] *,' then substr(sur_0, strpos(sur_0, ',') + 1) else regexp_replace(btrim(sur_0, ' .,;'), '[ ,]*[^ ,]+$', '') end as x offset 0) w) end
                when (sur_0 is null or sur_0 = '') then (select case when not btrim(w.x, ' .,:;?*()[]"-') = any ('{mr,mrs,ms,miss,mx,mister,missus,mme,mlle,dr,doctor,unknown,not known,n/k,n/a,not given,not stated,not recorded,not provided,name unknown,name not known,no name,unnamed,anonymous,withheld,unknown male,unknown female}') then w.x end from (select case when fore_0 ~ '[a-z] *,' then substr(fore_0, strpos(fore_0, ',') + 1) else regexp_replace(btrim(fore_0, ' .,;'), '[ ,]*[^ ,]+$', '') end as x offset 0) w) else fore_0 end as x offset 0) w) as x offset 0) w) end as "fore",
        case when btrim(sur_0, ' .,:;?*()[]"-') = any ('{unknown,not known,n/k,n/a,not given,not stated,not recorded,not provided,name unknown,name not known,no name,unnamed,anonymous,withheld,unknown male,unknown female}') then null else case when "sur_plain" then case when case when (sur_0 like '%ae%' or sur_0 like '%oe%' or sur_0 like '%ue%' or sur_0 like '%aa%') then regexp_replace(replace(sur_0, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else sur_0 end like '%mac%' then regexp_replace(case when (sur_0 like '%ae%' or sur_0 like '%oe%' or sur_0 like '%ue%' or sur_0 like '%aa%') then regexp_replace(replace(sur_0, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else sur_0 end, '\mmac(?=[a-z]{3})', 'mc', 'g') else case when (sur_0 like '%ae%' or sur_0 like '%oe%' or sur_0 like '%ue%' or sur_0 like '%aa%') then regexp_replace(replace(sur_0, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else sur_0 end end else (select case when case when (w.x like '%ae%' or w.x like '%oe%' or w.x like '%ue%' or w.x like '%aa%') then regexp_replace(replace(w.x, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else w.x end like '%mac%' then regexp_replace(case when (w.x like '%ae%' or w.x like '%oe%' or w.x like '%ue%' or w.x like '%aa%') then regexp_replace(replace(w.x, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else w.x end, '\mmac(?=[a-z]{3})', 'mc', 'g') else case when (w.x like '%ae%' or w.x like '%oe%' or w.x like '%ue%' or w.x like '%aa%') then regexp_replace(replace(w.x, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else w.x end end from (select case when (sur_0 is null or sur_0 = '') or (fore_0 is null or fore_0 = '' or btrim(fore_0, ' .,:;?*()[]"-') = any ('{mr,mrs,ms,miss,mx,messrs,mstr,master,mister,missus,dr,doctor,prof,professor,rev,revd,reverend,fr,sir,dame,lady,lord,cllr,rt hon,the,ven,mme,mlle,madam,smt,shri,unknown,not known,n/k,n/a,not given,not stated,not recorded,not provided,name unknown,name not known,no name,unnamed,anonymous,withheld,unknown male,unknown female}') or fore_0 ~ '^(?:(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri|and|&)(?:[ .,/]+|$|(?=&))+)+$') and btrim(sur_0) ~ '[^ ] ' then (select case when w.x ~ '[a-z] *,' then (select case when w.x like '% %' and w.x ~ '\m(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri|det|detective|wo|p ?c|wpc|[dw][csi]|dci|insp|inspector|chief|supt|superintendent|constable|sgt|sergeant|ssgt|l cpl|lcpl|cpl|corporal|pte|private|spr|gnr|lt|lieutenant|capt|captain|maj|col|colonel|brig|brigadier|gen|general|flt|flight|sqn|squadron|ldr|leader|wg|wing|cdr|cmdr|commander|adm|admiral|pastor|rabbi|imam|father|sister|nurse|councillor|baroness|hon|mr|mrs|ms|miss|mx|dr|esq|esquire|jr|jnr|junior|sr|snr|senior|ii|iii|mbe|obe|cbe|kbe|bem|phd|bsc|msc|md|qc|kc|jp|mp|retd|rtd|deceased|decd|nee|ne|formerly|formally|previously|prev|aka|fka|alias|known|now|was|born|maiden|name|called|as|or|and|mc|mac|o|d|l|m|n|de|del|della|der|den|des|di|da|du|dos|das|la|le|van|von|vd|bin|bint|ibn|abu|ap|ab|ter|ten|fitz|st|saint|al|el)\M' then regexp_replace(regexp_replace(regexp_replace(w.x, '^(?:(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri|det|detective|wo|p ?c|wpc|[dw][csi]|dci|insp|inspector|chief|supt|superintendent|constable|sgt|sergeant|ssgt|l cpl|lcpl|cpl|corporal|pte|private|spr|gnr|lt|lieutenant|capt|captain|maj|col|colonel|brig|brigadier|gen|general|flt|flight|sqn|squadron|ldr|leader|wg|wing|cdr|cmdr|commander|adm|admiral|pastor|rabbi|imam|father|sister|nurse|councillor|baroness|hon) )+(?=.)|(?: (?:mr|mrs|ms|miss|mx|dr|esq|esquire|jr|jnr|junior|sr|snr|senior|ii|iii|mbe|obe|cbe|kbe|bem|phd|bsc|msc|md|qc|kc|jp|mp|retd|rtd|deceased|decd))+$| (?:nee|ne|formerly|formally|previously|prev|aka|fka|alias|known|now|was|born|maiden|name|called|as|or|and)(?= )', '', 'g'), '\m(?:(s)(?:ain)?(t)|(mc|mac|o|d|l|m|n|de|del|della|der|den|des|di|da|du|dos|das|la|le|van|von|vd|bin|bint|ibn|abu|ap|ab|ter|ten|fitz)) (?=[a-z])', '\1\2\3', 'g'), '\m(al|el) (?=[a-z])', '\1_', 'g') else w.x end from (select btrim(replace(replace(replace(replace((select btrim(replace(replace(replace(case when w.x ~ '^[a-z'' -]+$' then translate(w.x, '-''', ' ') else regexp_replace(regexp_replace(translate(replace(case when w.x like '%&%;%' then regexp_replace(regexp_replace(regexp_replace(w.x, '&([a-z])(?:uml|acute|grave|circ|tilde|cedil|ring|slash|caron);', '\1', 'g'), '&amp;', '&', 'g'), '&(?:#x?[0-9a-f]+|[a-z]+);', '', 'g') else w.x end, '%27', ''), '+(",;)''`\', '&&&&&&'), '(?<=[a-z]{2}) ?/ ?(?=[a-z]{2})', '&', 'g'), '(?:(?!&)[[:space:][:punct:]+<>|^$=~])+', ' ', 'g') end, '  ', ' '), '  ', ' '), '  ', ' ')) from (select case when split_part(w.x, ',', 1) like 'm''_%' then 'mc' || substr(split_part(w.x, ',', 1), 3) else split_part(w.x, ',', 1) end as x offset 0) w), '&', ' '), '  ', ' '), '  ', ' '), '  ', ' ')) as x offset 0) w) else split_part((select case when w.x like '% %' and w.x ~ '\m(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri|det|detective|wo|p ?c|wpc|[dw][csi]|dci|insp|inspector|chief|supt|superintendent|constable|sgt|sergeant|ssgt|l cpl|lcpl|cpl|corporal|pte|private|spr|gnr|lt|lieutenant|capt|captain|maj|col|colonel|brig|brigadier|gen|general|flt|flight|sqn|squadron|ldr|leader|wg|wing|cdr|cmdr|commander|adm|admiral|pastor|rabbi|imam|father|sister|nurse|councillor|baroness|hon|mr|mrs|ms|miss|mx|dr|esq|esquire|jr|jnr|junior|sr|snr|senior|ii|iii|mbe|obe|cbe|kbe|bem|phd|bsc|msc|md|qc|kc|jp|mp|retd|rtd|deceased|decd|nee|ne|formerly|formally|previously|prev|aka|fka|alias|known|now|was|born|maiden|name|called|as|or|and|mc|mac|o|d|l|m|n|de|del|della|der|den|des|di|da|du|dos|das|la|le|van|von|vd|bin|bint|ibn|abu|ap|ab|ter|ten|fitz|st|saint|al|el)\M' then regexp_replace(regexp_replace(regexp_replace(regexp_replace(w.x, '^(?:(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri|det|detective|wo|p ?c|wpc|[dw][csi]|dci|insp|inspector|chief|supt|superintendent|constable|sgt|sergeant|ssgt|l cpl|lcpl|cpl|corporal|pte|private|spr|gnr|lt|lieutenant|capt|captain|maj|col|colonel|brig|brigadier|gen|general|flt|flight|sqn|squadron|ldr|leader|wg|wing|cdr|cmdr|commander|adm|admiral|pastor|rabbi|imam|father|sister|nurse|councillor|baroness|hon) )+(?=.)|(?: (?:mr|mrs|ms|miss|mx|dr|esq|esquire|jr|jnr|junior|sr|snr|senior|ii|iii|mbe|obe|cbe|kbe|bem|phd|bsc|msc|md|qc|kc|jp|mp|retd|rtd|deceased|decd))+$| (?:nee|ne|formerly|formally|previously|prev|aka|fka|alias|known|now|was|born|maiden|name|called|as|or|and)(?= )', '', 'g'), '\m([dlmn]) (?=[a-z]{2})', '\1_', 'g'), '\m(?:(s)(?:ain)?(t)|(mc|mac|o|d|l|m|n|de|del|della|der|den|des|di|da|du|dos|das|la|le|van|von|vd|bin|bint|ibn|abu|ap|ab|ter|ten|fitz)) (?=[a-z])', '\1\2\3', 'g'), '\m(al|el) (?=[a-z])', '\1_', 'g') else w.x end from (select btrim(replace(replace(replace(replace((select btrim(replace(replace(replace(case when w.x ~ '^[a-z'' -]+$' then translate(w.x, '-''', ' ') else regexp_replace(regexp_replace(translate(replace(case when w.x like '%&%;%' then regexp_replace(regexp_replace(regexp_replace(w.x, '&([a-z])(?:uml|acute|grave|circ|tilde|cedil|ring|slash|caron);', '\1', 'g'), '&amp;', '&', 'g'), '&(?:#x?[0-9a-f]+|[a-z]+);', '', 'g') else w.x end, '%27', ''), '+(",;)''`\', '&&&&&&'), '(?<=[a-z]{2}) ?/ ?(?=[a-z]{2})', '&', 'g'), '(?:(?!&)[[:space:][:punct:]+<>|^$=~])+', ' ', 'g') end, '  ', ' '), '  ', ' '), '  ', ' ')) from (select case when w.x like 'm''_%' then 'mc' || substr(w.x, 3) else w.x end as x offset 0) w), '&', ' '), '  ', ' '), '  ', ' '), '  ', ' ')) as x offset 0) w), ' ', -1) end from (select case when not (sur_0 is null or sur_0 = '') then sur_0 when btrim(fore_0) ~ '[^ ] ' then fore_0 end as x offset 0) w)
            else (select case when w.x like '% %' and w.x ~ '\m(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri|det|detective|wo|p ?c|wpc|[dw][csi]|dci|insp|inspector|chief|supt|superintendent|constable|sgt|sergeant|ssgt|l cpl|lcpl|cpl|corporal|pte|private|spr|gnr|lt|lieutenant|capt|captain|maj|col|colonel|brig|brigadier|gen|general|flt|flight|sqn|squadron|ldr|leader|wg|wing|cdr|cmdr|commander|adm|admiral|pastor|rabbi|imam|father|sister|nurse|councillor|baroness|hon|mr|mrs|ms|miss|mx|dr|esq|esquire|jr|jnr|junior|sr|snr|senior|ii|iii|mbe|obe|cbe|kbe|bem|phd|bsc|msc|md|qc|kc|jp|mp|retd|rtd|deceased|decd|nee|ne|formerly|formally|previously|prev|aka|fka|alias|known|now|was|born|maiden|name|called|as|or|and|mc|mac|o|d|l|m|n|de|del|della|der|den|des|di|da|du|dos|das|la|le|van|von|vd|bin|bint|ibn|abu|ap|ab|ter|ten|fitz|st|saint|al|el)\M' then regexp_replace(regexp_replace(regexp_replace(w.x, '^(?:(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri|det|detective|wo|p ?c|wpc|[dw][csi]|dci|insp|inspector|chief|supt|superintendent|constable|sgt|sergeant|ssgt|l cpl|lcpl|cpl|corporal|pte|private|spr|gnr|lt|lieutenant|capt|captain|maj|col|colonel|brig|brigadier|gen|general|flt|flight|sqn|squadron|ldr|leader|wg|wing|cdr|cmdr|commander|adm|admiral|pastor|rabbi|imam|father|sister|nurse|councillor|baroness|hon) )+(?=.)|(?: (?:mr|mrs|ms|miss|mx|dr|esq|esquire|jr|jnr|junior|sr|snr|senior|ii|iii|mbe|obe|cbe|kbe|bem|phd|bsc|msc|md|qc|kc|jp|mp|retd|rtd|deceased|decd))+$| (?:nee|ne|formerly|formally|previously|prev|aka|fka|alias|known|now|was|born|maiden|name|called|as|or|and)(?= )', '', 'g'), '\m(?:(s)(?:ain)?(t)|(mc|mac|o|d|l|m|n|de|del|della|der|den|des|di|da|du|dos|das|la|le|van|von|vd|bin|bint|ibn|abu|ap|ab|ter|ten|fitz)) (?=[a-z])', '\1\2\3', 'g'), '\m(al|el) (?=[a-z])', '\1_', 'g') else w.x end from (select btrim(replace(replace(replace(replace((select btrim(replace(replace(replace(case when w.x ~ '^[a-z'' -]+$' then translate(w.x, '-''', ' ') else regexp_replace(regexp_replace(translate(replace(case when w.x like '%&%;%' then regexp_replace(regexp_replace(regexp_replace(w.x, '&([a-z])(?:uml|acute|grave|circ|tilde|cedil|ring|slash|caron);', '\1', 'g'), '&amp;', '&', 'g'), '&(?:#x?[0-9a-f]+|[a-z]+);', '', 'g') else w.x end, '%27', ''), '+(",;)''`\', '&&&&&&'), '(?<=[a-z]{2}) ?/ ?(?=[a-z]{2})', '&', 'g'), '(?:(?!&)[[:space:][:punct:]+<>|^$=~])+', ' ', 'g') end, '  ', ' '), '  ', ' '), '  ', ' ')) from (select case when sur_0 like 'm''_%' then 'mc' || substr(sur_0, 3) else sur_0 end as x offset 0) w), '&', ' '), '  ', ' '), '  ', ' '), '  ', ' ')) as x offset 0) w) end as x offset 0) w) end end as "sur"
        from (select l.*,
          case when "fore_plain" then lower("said_fore" collate "C") else (select lower(case when octet_length(w.x) = length(w.x) then w.x else (select case when l.x !~ '[\u0400-\u04ff]' then l.x
                when l.x ~ '[A-Za-z]' then translate(l.x, 'АВЕЅІЈКМНОРСТУХаеѕіјорсух', 'ABESIJKMHOPCTYXaesijopcyx') else replace(replace(replace(replace(replace(replace(replace(replace(translate(translate(l.x, 'АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯІЄҐ', 'абвгдежзиклмнопрстуфхцчшщъыьэюяієґ'), 'абвгдезиклмнопрстуфыэієґъь', 'abvgdeziklmnoprstufyeieg'), 'ж', 'zh'), 'х', 'kh'), 'ц', 'ts'), 'ч', 'ch'), 'ш', 'sh'), 'щ', 'shch'), 'ю', 'yu'), 'я', 'ya') end
                from (select replace(replace(replace(replace(translate(
                            regexp_replace(normalize(translate(translate(case when w.x ~ '^(?:[\u0001-\u007f]|[\u00c2-\u00df][€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ ¡¢£¤¥¦§¨©ª«¬­®¯°±²³´µ¶·¸¹º»¼½¾¿]|\u00e2[€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ ¡¢£¤¥¦§¨©ª«¬­®¯°±²³´µ¶·¸¹º»¼½¾¿]{2})+$' then convert_from(convert_to(w.x, 'WIN1252'), 'UTF8') else w.x end, E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKD), '[\u0300-\u036f]', '', 'g'),
                            'ŁłØøÐðĐđĦħıÆŒÞẞŊŋ', 'LlOoDdDdHhiæœþßNn'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th') as x offset 0) l) end collate "C") from (select case when "said_fore" ~* '&(?:amp;)?#(?:0*(19[2-9]|[2-9][0-9]{2}|[1-7][0-9]{3}|[1-4][0-9]{4}|5[0-4][0-9]{3})|x0*([c-f][0-9a-f]|[1-9a-f][0-9a-f]{2}|[13-9a-c][0-9a-f]{3}));' then
              (select string_agg(m[1] || coalesce(chr(m[2]::int), chr(('x' || lpad(m[3], 8, '0'))::bit(32)::int), ''), '' order by nth) || '&' || "said_fore"
                from regexp_matches("said_fore", '(.*?)(?:&(?:amp;)?#(?:0*(19[2-9]|[2-9][0-9]{2}|[1-7][0-9]{3}|[1-4][0-9]{4}|5[0-4][0-9]{3})|x0*([c-f][0-9a-f]|[1-9a-f][0-9a-f]{2}|[13-9a-c][0-9a-f]{3}));|$)', 'gi') with ordinality f(m, nth)) else "said_fore" end as x offset 0) w) end as "fore_0",
          case when "sur_plain" then lower("said_sur" collate "C") else (select lower(case when octet_length(w.x) = length(w.x) then w.x else (select case when l.x !~ '[\u0400-\u04ff]' then l.x
                when l.x ~ '[A-Za-z]' then translate(l.x, 'АВЕЅІЈКМНОРСТУХаеѕіјорсух', 'ABESIJKMHOPCTYXaesijopcyx') else replace(replace(replace(replace(replace(replace(replace(replace(translate(translate(l.x, 'АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯІЄҐ', 'абвгдежзиклмнопрстуфхцчшщъыьэюяієґ'), 'абвгдезиклмнопрстуфыэієґъь', 'abvgdeziklmnoprstufyeieg'), 'ж', 'zh'), 'х', 'kh'), 'ц', 'ts'), 'ч', 'ch'), 'ш', 'sh'), 'щ', 'shch'), 'ю', 'yu'), 'я', 'ya') end
                from (select replace(replace(replace(replace(translate(
                            regexp_replace(normalize(translate(translate(case when w.x ~ '^(?:[\u0001-\u007f]|[\u00c2-\u00df][€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ ¡¢£¤¥¦§¨©ª«¬­®¯°±²³´µ¶·¸¹º»¼½¾¿]|\u00e2[€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ ¡¢£¤¥¦§¨©ª«¬­®¯°±²³´µ¶·¸¹º»¼½¾¿]{2})+$' then convert_from(convert_to(w.x, 'WIN1252'), 'UTF8') else w.x end, E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKD), '[\u0300-\u036f]', '', 'g'),
                            'ŁłØøÐðĐđĦħıÆŒÞẞŊŋ', 'LlOoDdDdHhiæœþßNn'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th') as x offset 0) l) end collate "C") from (select case when "said_sur" ~* '&(?:amp;)?#(?:0*(19[2-9]|[2-9][0-9]{2}|[1-7][0-9]{3}|[1-4][0-9]{4}|5[0-4][0-9]{3})|x0*([c-f][0-9a-f]|[1-9a-f][0-9a-f]{2}|[13-9a-c][0-9a-f]{3}));' then
              (select string_agg(m[1] || coalesce(chr(m[2]::int), chr(('x' || lpad(m[3], 8, '0'))::bit(32)::int), ''), '' order by nth) || '&' || "said_sur"
                from regexp_matches("said_sur", '(.*?)(?:&(?:amp;)?#(?:0*(19[2-9]|[2-9][0-9]{2}|[1-7][0-9]{3}|[1-4][0-9]{4}|5[0-4][0-9]{3})|x0*([c-f][0-9a-f]|[1-9a-f][0-9a-f]{2}|[13-9a-c][0-9a-f]{3}));|$)', 'gi') with ordinality f(m, nth)) else "said_sur" end as x offset 0) w) end as "sur_0"
          from (select l.*
            from (select l.*,
              "said_fore" ~ '^[A-Za-z]+$' as "fore_plain",
              "said_sur" ~ '^[A-Za-z]+$' as "sur_plain"
              from (select distinct nullif(btrim(a."c_forename", E' \t\r\n\u00a0'), '') as "said_fore", nullif(btrim(a."c_surname", E' \t\r\n\u00a0'), '') as "said_sur"
                from (select distinct "c_forename", "c_surname" from arrived) a offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) "fore_sur" on coalesce("fore_sur"."said_fore", '') = coalesce(t."c_forename", '') and coalesce("fore_sur"."said_sur", '') = coalesce(t."c_surname", '')
    left join (select l.*
      from (select l.*
        from (select l.*,
          case when length(place_0) > 7 then coalesce((select nullif(case when w.x !~ '[^A-Z0-9/ -]' then translate(w.x, '/ -', '')
                else regexp_replace(upper(case when octet_length(w.x) = length(w.x) then w.x
                    else translate(normalize(translate(translate(w.x, E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKC), '١٢٣٤٥٦٧٨٩٠۱۲۳۴۵۶۷۸۹۰१२३४५६७८९०১২৩৪৫৬৭৮৯০੧੨੩੪੫੬੭੮੯੦૧૨૩૪૫૬૭૮૯૦୧୨୩୪୫୬୭୮୯୦௧௨௩௪௫௬௭௮௯௦౧౨౩౪౫౬౭౮౯౦೧೨೩೪೫೬೭೮೯೦൧൨൩൪൫൬൭൮൯൦๑๒๓๔๕๖๗๘๙๐໑໒໓໔໕໖໗໘໙໐༡༢༣༤༥༦༧༨༩༠၁၂၃၄၅၆၇၈၉၀១២៣៤៥៦៧៨៩០᠑᠒᠓᠔᠕᠖᠗᠘᠙᠐', '12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890') end collate "C"), '[^A-Z0-9]+', '', 'g') end, '') from (select (regexp_match(translate(upper(regexp_replace(case when octet_length("said_place") = length("said_place") then "said_place"
                          else translate(normalize(translate(translate("said_place", E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKC), '١٢٣٤٥٦٧٨٩٠۱۲۳۴۵۶۷۸۹۰१२३४५६७८९०১২৩৪৫৬৭৮৯০੧੨੩੪੫੬੭੮੯੦૧૨૩૪૫૬૭૮૯૦୧୨୩୪୫୬୭୮୯୦௧௨௩௪௫௬௭௮௯௦౧౨౩౪౫౬౭౮౯౦೧೨೩೪೫೬೭೮೯೦൧൨൩൪൫൬൭൮൯൦๑๒๓๔๕๖๗๘๙๐໑໒໓໔໕໖໗໘໙໐༡༢༣༤༥༦༧༨༩༠၁၂၃၄၅၆၇၈၉၀១២៣៤៥៦៧៨៩០᠑᠒᠓᠔᠕᠖᠗᠘᠙᠐', '12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890') end, '&[a-z0-9#]+;', ' ', 'g') collate "C"), 'OI', '01'), '(?<![A-Z0-9])[A-Z01]{1,2}[0-9][A-Z0-9]?[ -]*[0-9][A-Z]{2}(?![A-Z0-9])'))[1] as x offset 0) w), place_0) else "place_0" end as "place"
          from (select l.*,
            case when translate(place_said, '6789012345', '') <> place_said then translate(place_said, 'OI', '01') end as "place_0"
            from (select l.*,
              nullif(case when "said_place" !~ '[^A-Z0-9/ -]' then translate("said_place", '/ -', '')
                else regexp_replace(upper(case when octet_length("said_place") = length("said_place") then "said_place"
                    else translate(normalize(translate(translate("said_place", E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKC), '١٢٣٤٥٦٧٨٩٠۱۲۳۴۵۶۷۸۹۰१२३४५६७८९०১২৩৪৫৬৭৮৯০੧੨੩੪੫੬੭੮੯੦૧૨૩૪૫૬૭૮૯૦୧୨୩୪୫୬୭୮୯୦௧௨௩௪௫௬௭௮௯௦౧౨౩౪౫౬౭౮౯౦೧೨೩೪೫೬೭೮೯೦൧൨൩൪൫൬൭൮൯൦๑๒๓๔๕๖๗๘๙๐໑໒໓໔໕໖໗໘໙໐༡༢༣༤༥༦༧༨༩༠၁၂၃၄၅၆၇၈၉၀១២៣៤៥៦៧៨៩០᠑᠒᠓᠔᠕᠖᠗᠘᠙᠐', '12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890') end collate "C"), '[^A-Z0-9]+', '', 'g') end, '') as "place_said"
              from (select distinct nullif(btrim(a."c_postcode", E' \t\r\n\u00a0'), '') as "said_place"
                from (select distinct "c_postcode" from arrived) a offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) "place" on coalesce("place"."said_place", '') = coalesce(t."c_postcode", '')
    where t.code is null offset 0) l offset 0) t
--   $1 = ["B","CV","DE","GL","LE","NN","OX","WR","ZZ99"]
--   $2 = ["% limited %","% ltd %","% cyfyngedig %","% cyf %","% plc %","% llp %","% cic %","% cio %","% unlim… (302 characters)
--   $3 = "CAST:born_on"
--   $4 = "CAST:left_on"
--   $5 = "CAST:attempts"
--   $6 = "CAST:deceased"
--   $7 = "DATE:left_on"
--   $8 = ["1970-01-01"]

-- extract from a database that has the types: quarantine
insert into quarantine (key, code) select key, code from (select l.*,
  case when key_missing then 'KEY_MISSING' when not "g_c_born_on" then $1::text when not "g_c_left_on" then $2::text when not "g_c_attempts" then $3::text when not "g_c_deceased" then $4::text when "v_c_left_on" < date '1900-01-01' or "v_c_left_on" >= date '2200-01-01' then $5::text  end as "code"
  from (select l.*,
    case when "g_c_born_on" then case when not ("c_born_on" <= date '1900-01-01' or "c_born_on" = date '1901-01-01') then "c_born_on" end end as "v_c_born_on",
    case when "g_c_district" then "c_district" end as "v_c_district",
    case when "g_c_left_on" then "c_left_on" end as "v_c_left_on",
    case when "g_c_attempts" then "c_attempts" end as "v_c_attempts",
    case when "g_c_deceased" then "c_deceased" end as "v_c_deceased"
    from (select l.*,
      "c_born_on" between date '1000-01-01' and date '9999-12-31' as "g_c_born_on",
      true as "g_c_district",
      "c_left_on" between date '1000-01-01' and date '9999-12-31' as "g_c_left_on",
      "c_attempts" between -999999999999999999 and 999999999999999999 as "g_c_attempts",
      true as "g_c_deceased"
      from (select array[a."c_resident_ref"]::text[] as key,
        (nullif(btrim(a."c_resident_ref", E' \t\r\n\u00a0'), '') is null) as key_missing,
        nullif(btrim(a."c_resident_ref", E' \t\r\n\u00a0'), '') as "c_resident_ref",
        case when a."c_born_on"::text = any ($6::text[]) then null else a."c_born_on" end as "c_born_on",
        nullif(btrim(a."c_district", E' \t\r\n\u00a0'), '') as "c_district",
        a."c_left_on" as "c_left_on",
        a."c_attempts" as "c_attempts",
        a."c_deceased" as "c_deceased",
        nullif(btrim(a."c_phone_mobile", E' \t\r\n\u00a0'), '') as "c_phone_mobile",
        nullif(btrim(a."c_phone_home", E' \t\r\n\u00a0'), '') as "c_phone_home",
        nullif(btrim(a."c_forename", E' \t\r\n\u00a0'), '') as "c_forename",
        nullif(btrim(a."c_surname", E' \t\r\n\u00a0'), '') as "c_surname",
        nullif(btrim(a."c_postcode", E' \t\r\n\u00a0'), '') as "c_postcode"
        from arrived a offset 0) l offset 0) l offset 0) l offset 0) l where code is not null
--   $1 = "CAST:born_on"
--   $2 = "CAST:left_on"
--   $3 = "CAST:attempts"
--   $4 = "CAST:deceased"
--   $5 = "DATE:left_on"
--   $6 = ["1970-01-01"]

-- screen: reset
truncate screened, frame_key

-- screen: meet 1 of 2
create temp table met (row tid not null, asks bigint not null, shared bigint not null, register text, kind text, entry bigint) on commit drop

-- screen: meet 2 of 2
insert into met (row, asks, shared, register, kind, entry)
select t.row, e.asks, 0::bigint as shared, e.register, e.kind, e.entry
from (select i.ctid as row, i.reference_tokens = '{}' as unreferenced, unnest(i.phone_tokens || i.reference_tokens || i.person_tokens) as token from intake i
  union all select row, unreferenced, token from (with recursive lifted(row, unreferenced, token, n) as (
      select row, unreferenced, token, 0 from (select i.ctid as row, i.reference_tokens = '{}' as unreferenced, unnest(i.phone_tokens || i.reference_tokens || i.person_tokens) as token from intake i) h
      union all
      select row, unreferenced, sha256(((select array(select decode(h, 'hex') from unnest(string_to_array(nullif(current_setting('cordon.lift_outer', true), ''), ',')) h)))[n + 1] || sha256(((select array(select decode(h, 'hex') from unnest(string_to_array(nullif(current_setting('cordon.lift_inner', true), ''), ',')) h)))[n + 1] || token)), n + 1
      from lifted where n < (select cardinality((select array(select decode(h, 'hex') from unnest(string_to_array(nullif(current_setting('cordon.lift_inner', true), ''), ',')) h))))
    ) select row, unreferenced, token from lifted where n > 0) later where (select cardinality((select array(select decode(h, 'hex') from unnest(string_to_array(nullif(current_setting('cordon.lift_inner', true), ''), ',')) h)))) > 0) t join (select r.token, r.kind = 'person-of-unknown-case' as casewise,
  case when r.register = $1::text then '1'::bigint else 0 end | case when r.register = $2::text then '2'::bigint else 0 end | case when r.register = $3::text and (r.review_on < (select ($4::timestamptz at time zone $5::text)::date)) is not true then '4'::bigint else 0 end | case when r.register = $6::text and (r.review_on < (select ($7::timestamptz at time zone $8::text)::date)) then '8'::bigint else 0 end as asks,
  r.register, r.kind, case when r.added_by <> 'canary' then r.entry end as entry
  from register_entry r where r.withdrawn_at is null
  union all select c.token, false, case when c.contacted_on >= (select (($9::timestamptz at time zone $10::text) - $11::interval)::date) then '16'::bigint else 0 end, 'contacts', c.kind, null
  from contact_history c where (c.survey, c.period) is distinct from ($12::text, $13::text)) e on e.token = t.token and (t.unreferenced or not e.casewise)
--   $1 = "opt-outs"
--   $2 = "safety-markers"
--   $3 = "holds"
--   $4 = <drawnAt>
--   $5 = "Europe/London"
--   $6 = "holds"
--   $7 = <drawnAt>
--   $8 = "Europe/London"
--   $9 = <drawnAt>
--   $10 = "Europe/London"
--   $11 = "P12M"
--   $12 = "warwickshire-perception"
--   $13 = <period>

-- screen: rows
insert into screened (key, mask, shared, strata, "phone_tokens", "reference_tokens", "person_tokens")
select key, mask, case when mask = 0 then shared end, case when mask = 0 then array[coalesce("c_district"::text, '?')] end, case when mask = 0 then "phone_tokens" end, case when mask = 0 then "reference_tokens" end, case when mask = 0 then "person_tokens" end
from (select h.*, 0::bigint
  | case when ((asks & '1'::bigint <> 0)) is false then 0 else '1'::bigint end
  | case when ("c_deceased") is false then 0 else '2'::bigint end
  | case when ((case when "c_born_on" <= (select ($1::timestamptz at time zone $2::text)::date) and "c_born_on" > (select ($3::timestamptz at time zone $4::text)::date) - 44925 then not ((select ((select ($5::timestamptz at time zone $6::text)::date) - make_interval(years => 18))::date) >= "c_born_on") end)) is false then 0 else '4'::bigint end
  | case when ((not ("c_left_on" is null))) is false then 0 else '8'::bigint end
  | case when (("check_0" or (not ("c_district" = any ($7::text[]))))) is false then 0 else '16'::bigint end
  | case when ("check_1") is false then 0 else '32'::bigint end
  | case when (("c_attempts" >= $8::bigint)) is false then 0 else '64'::bigint end
  | case when ((asks & '2'::bigint <> 0)) is false then 0 else '128'::bigint end
  | case when ((asks & '4'::bigint <> 0)) is false then 0 else '256'::bigint end
  | case when ((asks & '8'::bigint <> 0)) is false then 0 else '512'::bigint end
  | case when ((not (phone_kinds && $9::text[]))) is false then 0 else '1024'::bigint end
  | case when ((asks & '16'::bigint <> 0)) is false then 0 else '2048'::bigint end as mask
  from (select i.*, coalesce(nullif(m.asks, 0), case when i.phone_tokens <> '{}' or i.reference_tokens <> '{}' or i.person_tokens <> '{}' then 0 end) as asks, coalesce(m.shared, 0) as shared
    from "intake" i
    left join (select row, bit_or(asks) as asks, bit_or(shared) as shared from met group by row) m on m.row = i.ctid offset 0) h offset 0) x
--   $1 = <drawnAt>
--   $2 = "Europe/London"
--   $3 = <drawnAt>
--   $4 = "Europe/London"
--   $5 = <drawnAt>
--   $6 = "Europe/London"
--   $7 = ["North Warwickshire","Nuneaton and Bedworth","Rugby","Stratford-on-Avon","Warwick"]
--   $8 = 3
--   $9 = ["mobile","landline"]

-- screen: population 1 of 1
with repeated as (
  select person_tokens[1] as person from screened where mask = 0 group by 1 having count(*) > 1
), ranked as (
  select s.ctid as row, row_number() over (
    partition by s.person_tokens[1] order by s.key collate "C"
  ) as place
  from screened s join repeated r on r.person = s.person_tokens[1] where s.mask = 0
), hit as (
  select row from ranked where place > 1
  union all select ctid from screened where mask = 0 and person_tokens[1] is null
)
update screened s set mask = s.mask | '4096'::bigint from hit where s.ctid = hit.row and s.mask = 0

-- screen: counts
select r.reason,
coalesce(sum(m.n) filter (where m.mask & -m.mask = r.bit), 0)::integer as first,
coalesce(sum(m.n) filter (where m.mask & r.bit <> 0), 0)::integer as "all"
from unnest($1::text[], $2::bigint[]) with ordinality r(reason, bit, i)
left join (select mask, count(*) as n from screened group by mask) m on true
group by r.reason, r.i
order by r.i
--   $1 = ["opted-out","deceased","under-18","moved-away","outside-force","not-a-person","asked-too-often","se… (186 characters)
--   $2 = ["1","2","4","8","16","32","64","128","256","512","1024","2048","4096"]

-- screen: overlaps
with rule as (
  select * from unnest($1::bigint[]) with ordinality r(bit, i)
), matched as (
  select mask, count(*) as n from screened where mask <> 0 group by mask
)
select a.i::integer as ordinal, b.i::integer as other, sum(m.n)::integer as rows
from rule a join rule b on a.i < b.i join matched m on m.mask & a.bit <> 0 and m.mask & b.bit <> 0
group by a.i, b.i
order by a.i, b.i
--   $1 = ["1","2","4","8","16","32","64","128","256","512","1024","2048","4096"]

-- screen: balance
select count(*)::integer as intake, (count(*) filter (where mask = 0))::integer as frame from screened

-- screen: frame
with full_strata as (
  select strata, count(*) as n from screened where mask = 0 group by strata
), by_last as (
  select strata, n, case when n < $1::bigint then strata[1:cardinality(strata) - 1] || 'other'::text else strata end as merged
  from full_strata
), by_all as (
  select strata, case when sum(n) over (partition by merged) < $2::bigint then array['other'] else merged end as merged
  from by_last
)
insert into frame_key (frame_id, stratum, key, shared, phone_tokens, reference_tokens, person_tokens)
select encode(sha256((select current_setting('cordon.frame_outer')::bytea) || sha256((select current_setting('cordon.frame_inner')::bytea) || convert_to('frame:' || array_to_json(s.key)::text, 'UTF8'))), 'hex'), array_to_string(m.merged, ' / '),
s.key, s.shared, s.phone_tokens, s.reference_tokens, s.person_tokens
from screened s join by_all m on m.strata = s.strata
where s.mask = 0
--   $1 = 20
--   $2 = 20

-- screen: frameRows
select stratum, frame_id from frame_key order by frame_id collate "C"

-- screen: canaries, plant 1 of 5
create temp table arrived ("c_resident_ref" text, "c_born_on" text, "c_district" text, "c_left_on" text, "c_attempts" text, "c_deceased" text, "c_phone_mobile" text, "c_phone_home" text, "c_forename" text, "c_surname" text, "c_postcode" text) on commit drop

-- screen: canaries, plant 2 of 5
insert into arrived ("c_resident_ref", "c_phone_mobile")
values ($1::text, $2::text)
--   $1 = "cordon canary phone"
--   $2 = "+44 (0)30 69 99 04 17"

-- screen: canaries, plant 3 of 5
insert into arrived ("c_resident_ref")
values ($1::text)
--   $1 = "cordon canary reference"

-- screen: canaries, plant 4 of 5
insert into arrived ("c_resident_ref", "c_forename", "c_surname", "c_postcode")
values ($1::text, $2::text, $3::text, $4::text)
--   $1 = "cordon canary person"
--   $2 = "Cordon"
--   $3 = "O’Canary"
--   $4 = "zz99 9zz"

-- screen: canaries, plant 5 of 5
insert into "intake" ("key", "c_born_on", "c_district", "c_left_on", "c_attempts", "c_deceased", "check_0", "check_1", "phone_kinds", "phone_tokens", "reference_tokens", "person_tokens")
select t."key", t."v_c_born_on", t."v_c_district", t."v_c_left_on", t."v_c_attempts", t."v_c_deceased", case when regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g') ~ '^[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}$'
then not (array[substring(left(regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g'), -3) from '^[A-Z]+'), left(regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g'), -3), left(regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g'), -3) || ' ' || substr(regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g'), length(regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g')) - 2, 1)] && $1::text[]) end, ((' ' || btrim(regexp_replace(lower(translate(replace("c_surname", '&', ' and '), '.''’`', '') collate "C"), '[^a-z0-9]+', ' ', 'g')) || ' ') like any ($2::text[])), array_remove(array["k_1_1", "k_1_2", "k_1_3", "k_1_4", "k_2_1", "k_2_2", "k_2_3", "k_2_4"]::text[], null), array_remove(array[sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_1_1", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_1_2", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_1_3", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_1_4", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_2_1", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_2_2", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_2_3", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_2_4", 'UTF8')))]::bytea[], null), array_remove(array[sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('reference:' || "r_1", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('reference:' || nullif("l_1"[1], "r_1"), 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('reference:' || nullif("l_1"[2], "r_1"), 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('reference:' || nullif("l_1"[3], "r_1"), 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('reference:' || nullif("l_1"[4], "r_1"), 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('reference:' || nullif("l_1"[5], "r_1"), 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('reference:' || case when translate("r_1", 'IO', '') <> "r_1" and "r_1" ~ '[0-9][IO]+[0-9]' then regexp_replace(regexp_replace(regexp_replace("r_1", '(?<=[0-9][IO]*)[O](?=[IO]*[/\\._-]?[0-9])|(?<=[/\\._-][IO]*)[O](?=[IO]*[0-9])', '0', 'g'), '(?<=[0-9][IO]*)[I](?=[IO]*[/\\._-]?[0-9])|(?<=[/\\._-][IO]*)[I](?=[IO]*[0-9])', '1', 'g'), '^(?:URN|CRN|REFERENCE|REFS?|CRIME|CASE|INCIDENT|OCCURRENCE|REPORT|INVESTIGATION|UNIQUE|NUMBERS?|NUM|NO|NR|ID|LOG|CAD|NICHE|IS|THE|MY|OUR|YOUR|POLICE|INC|OCC|RE|CN|CR|CRI)+(?=[A-Z]{0,4}[0-9])', '') end, 'UTF8')))]::bytea[], null), case when (fore_first is not null and sur_all is not null and place is not null) then array_remove(array[sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || "held_first", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || "held_any", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || held_further[1], 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || held_further[2], 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || held_further[3], 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || held_further[4], 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || held_further[5], 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || held_further[6], 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || held_further[7], 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || held_further[8], 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || held_further[9], 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || held_further[10], 'UTF8')))]::bytea[], null) else '{}'::bytea[] end
from (select l.*,
  fore_first || '|' || sur_all || '|' || place as "held_first",
  left(fore_first, 1) || '*|' || sur_all || '|' || place as "held_any",
  case when fore_plain and sur_plain and length(fore_first) > 2 then null
  when fore like '%&%' or sur like '% % %' or sur like '%\_%' or fore_folded is not null or sur_folded is not null
  then array(select first || last || '|' || place
    from unnest(string_to_array((case when fore_folded is not null or sur_folded is not null then coalesce(fore_folded, fore) end), '&')) with ordinality n(name, alias),
    lateral (select split_part(name, ' ', 1) as x, string_to_array((case when fore_folded is not null or sur_folded is not null then coalesce(sur_folded, sur) end), ' ') as w) one,
    lateral (values (1, x || '|'), (2, left(x, 1) || '*|'), (3, case when name like '% %' then replace(name, ' ', '') || '|' end),
      (4, case when (length(x) = 1 or (length(x) = 2 and x ~ '^([^aeiouy][^aeiouy]|[aeiou][bcfghjkpqrtvwx]|am)$' and x not in ('md', 'ng'))) then left(x, 1) || '.|' end)) f(fore_nth, first),
    lateral (select 1 as sur_nth, translate((case when fore_folded is not null or sur_folded is not null then coalesce(sur_folded, sur) end), ' _', '') as last
      union all select 2, '~' || replace(u, '_', '') from unnest(w) u where cardinality(w) > 1
      union all select 2, '~' || split_part(u, '_', -1) from unnest(w) u where u like '%\_%'
      union all select 3, '~' || translate(w[i] || w[j], '_', '') from generate_series(1, 4) i, generate_series(i + 1, 5) j
      where cardinality(w) > 2 and w[j] is not null) l
    where first is not null and true and x <> ''
    group by first, last order by min(sur_nth), min(alias), min(fore_nth), last) || array(select first || last || '|' || place
    from unnest(string_to_array(fore, '&')) with ordinality n(name, alias),
    lateral (select split_part(name, ' ', 1) as x, string_to_array(sur, ' ') as w) one,
    lateral (values (1, x || '|'), (2, left(x, 1) || '*|'), (3, case when name like '% %' then replace(name, ' ', '') || '|' end),
      (4, case when (length(x) = 1 or (length(x) = 2 and x ~ '^([^aeiouy][^aeiouy]|[aeiou][bcfghjkpqrtvwx]|am)$' and x not in ('md', 'ng'))) then left(x, 1) || '.|' end)) f(fore_nth, first),
    lateral (select 1 as sur_nth, translate(sur, ' _', '') as last
      union all select 2, '~' || replace(u, '_', '') from unnest(w) u where cardinality(w) > 1
      union all select 2, '~' || split_part(u, '_', -1) from unnest(w) u where u like '%\_%'
      union all select 3, '~' || translate(w[i] || w[j], '_', '') from generate_series(1, 4) i, generate_series(i + 1, 5) j
      where cardinality(w) > 2 and w[j] is not null) l
    where first is not null and (alias > 1 or sur_nth > 1 or fore_nth > 2) and x <> ''
    group by first, last order by min(sur_nth), min(alias), min(fore_nth), last) || case when fore_plain and fore ~ '[ &]' then array[fore || '|' || sur_all || '|' || place] end
  when fore like '% %' or sur like '% %' or length(fore_first) < 3 then array_remove(array[case when fore like '% %' then replace(fore, ' ', '') || '|' else null end || sur_all || '|' || place, case when (length(fore_first) = 1 or (length(fore_first) = 2 and fore_first ~ '^([^aeiouy][^aeiouy]|[aeiou][bcfghjkpqrtvwx]|am)$' and fore_first not in ('md', 'ng'))) then left(fore_first, 1) || '.|' else null end || sur_all || '|' || place, fore_first || '|' || case when sur like '% %' then '~' || split_part(sur, ' ', 1) else null end || '|' || place, left(fore_first, 1) || '*|' || case when sur like '% %' then '~' || split_part(sur, ' ', 1) else null end || '|' || place, case when fore like '% %' then replace(fore, ' ', '') || '|' else null end || case when sur like '% %' then '~' || split_part(sur, ' ', 1) else null end || '|' || place, case when (length(fore_first) = 1 or (length(fore_first) = 2 and fore_first ~ '^([^aeiouy][^aeiouy]|[aeiou][bcfghjkpqrtvwx]|am)$' and fore_first not in ('md', 'ng'))) then left(fore_first, 1) || '.|' else null end || case when sur like '% %' then '~' || split_part(sur, ' ', 1) else null end || '|' || place, fore_first || '|' || case when sur like '% %' then '~' || split_part(sur, ' ', -1) else null end || '|' || place, left(fore_first, 1) || '*|' || case when sur like '% %' then '~' || split_part(sur, ' ', -1) else null end || '|' || place, case when fore like '% %' then replace(fore, ' ', '') || '|' else null end || case when sur like '% %' then '~' || split_part(sur, ' ', -1) else null end || '|' || place, case when (length(fore_first) = 1 or (length(fore_first) = 2 and fore_first ~ '^([^aeiouy][^aeiouy]|[aeiou][bcfghjkpqrtvwx]|am)$' and fore_first not in ('md', 'ng'))) then left(fore_first, 1) || '.|' else null end || case when sur like '% %' then '~' || split_part(sur, ' ', -1) else null end || '|' || place], null) || case when fore_plain and fore ~ '[ &]' then array[fore || '|' || sur_all || '|' || place] end end as "held_further"
  from (select t.*, "fore_plain", "sur_plain", "fore_0", "sur_0", "fore", "sur", "fore_first", "sur_all", "fore_folded", "sur_folded", "place_said", "place_0", "place"
    from (select l.*,
      case
      when "e_1_1" is null then null
      when left(("m_1")[1], 1) = 'x' then 'other'
      when substr("e_1_1", 4, 1) = '7' and substr("e_1_1", 5, 1) not in ('0', '6') then 'mobile'
      when substr("e_1_1", 4, 1) in ('1', '2') then 'landline'
      else 'other'
      end as "k_1_1",
      case
      when "e_1_2" is null then null
      when left(("m_1")[2], 1) = 'x' then 'other'
      when substr("e_1_2", 4, 1) = '7' and substr("e_1_2", 5, 1) not in ('0', '6') then 'mobile'
      when substr("e_1_2", 4, 1) in ('1', '2') then 'landline'
      else 'other'
      end as "k_1_2",
      case
      when "e_1_3" is null then null
      when left(("m_1")[3], 1) = 'x' then 'other'
      when substr("e_1_3", 4, 1) = '7' and substr("e_1_3", 5, 1) not in ('0', '6') then 'mobile'
      when substr("e_1_3", 4, 1) in ('1', '2') then 'landline'
      else 'other'
      end as "k_1_3",
      case
      when "e_1_4" is null then null
      when left(("m_1")[4], 1) = 'x' then 'other'
      when substr("e_1_4", 4, 1) = '7' and substr("e_1_4", 5, 1) not in ('0', '6') then 'mobile'
      when substr("e_1_4", 4, 1) in ('1', '2') then 'landline'
      else 'other'
      end as "k_1_4",
      case
      when "e_2_1" is null then null
      when left(("m_2")[1], 1) = 'x' then 'other'
      when substr("e_2_1", 4, 1) = '7' and substr("e_2_1", 5, 1) not in ('0', '6') then 'mobile'
      when substr("e_2_1", 4, 1) in ('1', '2') then 'landline'
      else 'other'
      end as "k_2_1",
      case
      when "e_2_2" is null then null
      when left(("m_2")[2], 1) = 'x' then 'other'
      when substr("e_2_2", 4, 1) = '7' and substr("e_2_2", 5, 1) not in ('0', '6') then 'mobile'
      when substr("e_2_2", 4, 1) in ('1', '2') then 'landline'
      else 'other'
      end as "k_2_2",
      case
      when "e_2_3" is null then null
      when left(("m_2")[3], 1) = 'x' then 'other'
      when substr("e_2_3", 4, 1) = '7' and substr("e_2_3", 5, 1) not in ('0', '6') then 'mobile'
      when substr("e_2_3", 4, 1) in ('1', '2') then 'landline'
      else 'other'
      end as "k_2_3",
      case
      when "e_2_4" is null then null
      when left(("m_2")[4], 1) = 'x' then 'other'
      when substr("e_2_4", 4, 1) = '7' and substr("e_2_4", 5, 1) not in ('0', '6') then 'mobile'
      when substr("e_2_4", 4, 1) in ('1', '2') then 'landline'
      else 'other'
      end as "k_2_4"
      from (select l.*,
        coalesce("w_1", ltrim(("m_1")[1], 'x')) as "e_1_1",
        ltrim(("m_1")[2], 'x') as "e_1_2",
        ltrim(("m_1")[3], 'x') as "e_1_3",
        ltrim(("m_1")[4], 'x') as "e_1_4",
        coalesce("w_2", ltrim(("m_2")[1], 'x')) as "e_2_1",
        ltrim(("m_2")[2], 'x') as "e_2_2",
        ltrim(("m_2")[3], 'x') as "e_2_3",
        ltrim(("m_2")[4], 'x') as "e_2_4"
        from (select l.*,
          case when "w_1" is null and length("p_1") > 9 then (select case
            when cardinality(m) > 0 and length(regexp_replace("p_1", '[^0-9]+', '', 'g')) < 11 * cardinality(m) + 9 then m
            else array(select n from unnest(m || array(
                  select mark || '+44' || national from (select mark, regexp_replace(regexp_replace(number, '[^0-9]', '', 'g'), '^(?:0?0?44)?0?', '') as national, nth, place
                    from (select 'x' as mark, r[1] as number, nth, 1 as place
                      from regexp_matches(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(replace("p_1", '%2b', '+'), '&[#a-z0-9]+;|%20|_x000d_', ' ', 'g'), '(?:\+|(?<![0-9])00)[ (]*(?!4 ?4|[0(])[1-9](?:[ .()-]{0,2}[0-9]){6,14}', '<>', 'g'), '(?<=[0-9]o*)o(?![a-np-z])|(?<=[0-9][ -]?o*)o(?=[ilo]+[0-9])|(?<![a-np-z])o(?=o*[0-9])', '0', 'g'), '(?<=[0-9][ -]?[il]*)[il](?=[il]*[0-9])', '1', 'g'), '([1-9])\.([0-9]{9,11})e\+?[0-9]{1,2}(?![0-9])', '\1\2', 'g'), '([0-9]{9})\.0+(?![0-9])', '\1', 'g'), '((?<![0-9] *)(?:\+?(?:00)? ?44 ?(?:\(0\) ?)?|0)[1-9][0-9]{1,4}\)?) / (?=[0-9]{3,4} ?[0-9]{3,4}(?! ?[0-9]))', '\1 ', 'g'), '(?<![0-9/.-])(?:[0-3]?[0-9][/.-][01]?[0-9][/.-](?:[0-9]{4}|[0-9]{2})|20[0-9]{2}-[01][0-9]-[0-3][0-9]|[0-9]+(?:/[0-9]+)+)(?![0-9/])|(?<![0-9])[0-3]?[0-9](?:st|nd|rd|th)?\s+(?:of\s+)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*(?:\s+(?:20)?[0-9]{2})?(?![0-9])|\m(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\s+20[0-9]{2}(?![0-9])|(?<![0-9])[0-9]{1,4}\s*(?:[ap]\.?m|hrs?|hours?|h|x|calls?|times?|attempts?|rings?|mins?|minutes?|days?|weeks?|st|nd|rd|th)\M|(?<![0-9])(?:[01]?[0-9]|2[0-4])[:.][0-5][0-9](?![0-9])|(?<![0-9][._-]?)(?:[01]?[0-9]|2[0-4])(?:[0-5][0-9])?\s*(?:-|/|to|till?|until|and)\s*(?:[01]?[0-9]|2[0-4])(?:[0-5][0-9])?(?![0-9])|(?<=[a-z#]\s?)[0-9](?![0-9])|(?<![0-9])14(?:1|70)[ ,-]+(?=[(+0])', '<>', 'g'), ' / ', '<>', 'g'), '(?<![0-9][ ._-]?)((?:(?:0?0?[ ,.;|=/\\()_-]{0,3}44[ ,.;|=/\\()_-]{0,3}0?|0)[ ,.;|=/\\()_-]{0,3}(?=[1-9])|(?=[17]|2[03489]))(?:[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{6}|[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}|[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{4}|[0-9]{2}[ ,.;|=/\\()_-]{0,3}[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{4}|[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{5}|[0-9]{5}[ ,.;|=/\\()_-]{0,3}[0-9]{4}|[0-9]{1}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}))(?![ ._-]?[0-9])', 'g') with ordinality f(r, nth)) p) n where national ~ '^(?:[1-9][0-9]{9}|1(?:2(?:0(?:46[1-4]|87[2-9])|545[1-79]|76(?:2\d|3[1-8]|6[1-6])|9(?:7(?:2[0-4]|3[2-5])|8(?:2[2-8]|7[0-47-9]|8[3-5])))|3(?:6(?:38[2-5]|47[23])|8(?:47[04-9]|64[0157-9]))|4(?:044[1-7]|20(?:2[23]|8\d)|6(?:0(?:30|5[2-57]|6[1-8]|7[2-8])|140)|8(?:052|87[1-3]))|5(?:2(?:4(?:3[2-79]|6\d)|76\d)|6(?:26[06-9]|686))|6(?:06(?:4\d|7[4-79])|295[5-7]|35[34]\d|47(?:24|61)|59(?:5[08]|6[67]|74)|9(?:55[0-4]|77[23]))|7(?:26(?:6[13-9]|7[0-7])|(?:442|688)\d|50(?:2[0-3]|[3-68]2|76))|8(?:27[56]\d|37(?:5[2-5]|8[239])|843[2-58])|9(?:0(?:0(?:6[1-8]|85)|52\d)|3583|4(?:66[1-8]|9(?:2[01]|81))|63(?:23|3[1-4])|9561))\d{3})$' order by nth, place)) with ordinality f(n, nth) group by n order by min(nth)) end
            from (select array(
                select mark || '+44' || national from (select mark, regexp_replace(regexp_replace(number, '[^0-9]', '', 'g'), '^(?:0?0?44)?0?', '') as national, nth, place
                  from (select case when found.r[2] ~ '^[^a-z0-9]*(x|xt|ext|extn|extension|#)[^a-z0-9]*$' then 'x' else '' end as mark, number, found.nth, place
                    from regexp_matches(regexp_replace("p_1", '(^|[^0-9])[0-9][):.]\s+(?=[+(0])', '\1;', 'g'), '(\+?[0-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9])*)([^0-9+]*)', 'g') with ordinality found(r, nth),
                    unnest(regexp_match(ltrim(found.r[1], '+'), '^((?:0[][ (){}._*~:''"\t\r\n-]*0[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|0)[][ (){}._*~:''"\t\r\n-]*[1-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9]){8,9})(?:[][ (){}._*~:''"\t\r\n-]*[\s-][][ (){}._*~:''"\t\r\n-]*((?:0[][ (){}._*~:''"\t\r\n-]*0[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|0)[][ (){}._*~:''"\t\r\n-]*[1-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9]){8,9}))?(?:[][ (){}._*~:''"\t\r\n-]*[\s-][][ (){}._*~:''"\t\r\n-]*((?:0[][ (){}._*~:''"\t\r\n-]*0[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|0)[][ (){}._*~:''"\t\r\n-]*[1-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9]){8,9}))?$'))
                    with ordinality part(number, place) where number is not null) p) n where national ~ '^(?:[1-9][0-9]{9}|1(?:2(?:0(?:46[1-4]|87[2-9])|545[1-79]|76(?:2\d|3[1-8]|6[1-6])|9(?:7(?:2[0-4]|3[2-5])|8(?:2[2-8]|7[0-47-9]|8[3-5])))|3(?:6(?:38[2-5]|47[23])|8(?:47[04-9]|64[0157-9]))|4(?:044[1-7]|20(?:2[23]|8\d)|6(?:0(?:30|5[2-57]|6[1-8]|7[2-8])|140)|8(?:052|87[1-3]))|5(?:2(?:4(?:3[2-79]|6\d)|76\d)|6(?:26[06-9]|686))|6(?:06(?:4\d|7[4-79])|295[5-7]|35[34]\d|47(?:24|61)|59(?:5[08]|6[67]|74)|9(?:55[0-4]|77[23]))|7(?:26(?:6[13-9]|7[0-7])|(?:442|688)\d|50(?:2[0-3]|[3-68]2|76))|8(?:27[56]\d|37(?:5[2-5]|8[239])|843[2-58])|9(?:0(?:0(?:6[1-8]|85)|52\d)|3583|4(?:66[1-8]|9(?:2[01]|81))|63(?:23|3[1-4])|9561))\d{3})$' order by nth, place) as m offset 0) plainly) end as "m_1",
          case when "w_2" is null and length("p_2") > 9 then (select case
            when cardinality(m) > 0 and length(regexp_replace("p_2", '[^0-9]+', '', 'g')) < 11 * cardinality(m) + 9 then m
            else array(select n from unnest(m || array(
                  select mark || '+44' || national from (select mark, regexp_replace(regexp_replace(number, '[^0-9]', '', 'g'), '^(?:0?0?44)?0?', '') as national, nth, place
                    from (select 'x' as mark, r[1] as number, nth, 1 as place
                      from regexp_matches(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(replace("p_2", '%2b', '+'), '&[#a-z0-9]+;|%20|_x000d_', ' ', 'g'), '(?:\+|(?<![0-9])00)[ (]*(?!4 ?4|[0(])[1-9](?:[ .()-]{0,2}[0-9]){6,14}', '<>', 'g'), '(?<=[0-9]o*)o(?![a-np-z])|(?<=[0-9][ -]?o*)o(?=[ilo]+[0-9])|(?<![a-np-z])o(?=o*[0-9])', '0', 'g'), '(?<=[0-9][ -]?[il]*)[il](?=[il]*[0-9])', '1', 'g'), '([1-9])\.([0-9]{9,11})e\+?[0-9]{1,2}(?![0-9])', '\1\2', 'g'), '([0-9]{9})\.0+(?![0-9])', '\1', 'g'), '((?<![0-9] *)(?:\+?(?:00)? ?44 ?(?:\(0\) ?)?|0)[1-9][0-9]{1,4}\)?) / (?=[0-9]{3,4} ?[0-9]{3,4}(?! ?[0-9]))', '\1 ', 'g'), '(?<![0-9/.-])(?:[0-3]?[0-9][/.-][01]?[0-9][/.-](?:[0-9]{4}|[0-9]{2})|20[0-9]{2}-[01][0-9]-[0-3][0-9]|[0-9]+(?:/[0-9]+)+)(?![0-9/])|(?<![0-9])[0-3]?[0-9](?:st|nd|rd|th)?\s+(?:of\s+)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*(?:\s+(?:20)?[0-9]{2})?(?![0-9])|\m(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\s+20[0-9]{2}(?![0-9])|(?<![0-9])[0-9]{1,4}\s*(?:[ap]\.?m|hrs?|hours?|h|x|calls?|times?|attempts?|rings?|mins?|minutes?|days?|weeks?|st|nd|rd|th)\M|(?<![0-9])(?:[01]?[0-9]|2[0-4])[:.][0-5][0-9](?![0-9])|(?<![0-9][._-]?)(?:[01]?[0-9]|2[0-4])(?:[0-5][0-9])?\s*(?:-|/|to|till?|until|and)\s*(?:[01]?[0-9]|2[0-4])(?:[0-5][0-9])?(?![0-9])|(?<=[a-z#]\s?)[0-9](?![0-9])|(?<![0-9])14(?:1|70)[ ,-]+(?=[(+0])', '<>', 'g'), ' / ', '<>', 'g'), '(?<![0-9][ ._-]?)((?:(?:0?0?[ ,.;|=/\\()_-]{0,3}44[ ,.;|=/\\()_-]{0,3}0?|0)[ ,.;|=/\\()_-]{0,3}(?=[1-9])|(?=[17]|2[03489]))(?:[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{6}|[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}|[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{4}|[0-9]{2}[ ,.;|=/\\()_-]{0,3}[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{4}|[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{5}|[0-9]{5}[ ,.;|=/\\()_-]{0,3}[0-9]{4}|[0-9]{1}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}))(?![ ._-]?[0-9])', 'g') with ordinality f(r, nth)) p) n where national ~ '^(?:[1-9][0-9]{9}|1(?:2(?:0(?:46[1-4]|87[2-9])|545[1-79]|76(?:2\d|3[1-8]|6[1-6])|9(?:7(?:2[0-4]|3[2-5])|8(?:2[2-8]|7[0-47-9]|8[3-5])))|3(?:6(?:38[2-5]|47[23])|8(?:47[04-9]|64[0157-9]))|4(?:044[1-7]|20(?:2[23]|8\d)|6(?:0(?:30|5[2-57]|6[1-8]|7[2-8])|140)|8(?:052|87[1-3]))|5(?:2(?:4(?:3[2-79]|6\d)|76\d)|6(?:26[06-9]|686))|6(?:06(?:4\d|7[4-79])|295[5-7]|35[34]\d|47(?:24|61)|59(?:5[08]|6[67]|74)|9(?:55[0-4]|77[23]))|7(?:26(?:6[13-9]|7[0-7])|(?:442|688)\d|50(?:2[0-3]|[3-68]2|76))|8(?:27[56]\d|37(?:5[2-5]|8[239])|843[2-58])|9(?:0(?:0(?:6[1-8]|85)|52\d)|3583|4(?:66[1-8]|9(?:2[01]|81))|63(?:23|3[1-4])|9561))\d{3})$' order by nth, place)) with ordinality f(n, nth) group by n order by min(nth)) end
            from (select array(
                select mark || '+44' || national from (select mark, regexp_replace(regexp_replace(number, '[^0-9]', '', 'g'), '^(?:0?0?44)?0?', '') as national, nth, place
                  from (select case when found.r[2] ~ '^[^a-z0-9]*(x|xt|ext|extn|extension|#)[^a-z0-9]*$' then 'x' else '' end as mark, number, found.nth, place
                    from regexp_matches(regexp_replace("p_2", '(^|[^0-9])[0-9][):.]\s+(?=[+(0])', '\1;', 'g'), '(\+?[0-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9])*)([^0-9+]*)', 'g') with ordinality found(r, nth),
                    unnest(regexp_match(ltrim(found.r[1], '+'), '^((?:0[][ (){}._*~:''"\t\r\n-]*0[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|0)[][ (){}._*~:''"\t\r\n-]*[1-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9]){8,9})(?:[][ (){}._*~:''"\t\r\n-]*[\s-][][ (){}._*~:''"\t\r\n-]*((?:0[][ (){}._*~:''"\t\r\n-]*0[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|0)[][ (){}._*~:''"\t\r\n-]*[1-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9]){8,9}))?(?:[][ (){}._*~:''"\t\r\n-]*[\s-][][ (){}._*~:''"\t\r\n-]*((?:0[][ (){}._*~:''"\t\r\n-]*0[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|0)[][ (){}._*~:''"\t\r\n-]*[1-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9]){8,9}))?$'))
                    with ordinality part(number, place) where number is not null) p) n where national ~ '^(?:[1-9][0-9]{9}|1(?:2(?:0(?:46[1-4]|87[2-9])|545[1-79]|76(?:2\d|3[1-8]|6[1-6])|9(?:7(?:2[0-4]|3[2-5])|8(?:2[2-8]|7[0-47-9]|8[3-5])))|3(?:6(?:38[2-5]|47[23])|8(?:47[04-9]|64[0157-9]))|4(?:044[1-7]|20(?:2[23]|8\d)|6(?:0(?:30|5[2-57]|6[1-8]|7[2-8])|140)|8(?:052|87[1-3]))|5(?:2(?:4(?:3[2-79]|6\d)|76\d)|6(?:26[06-9]|686))|6(?:06(?:4\d|7[4-79])|295[5-7]|35[34]\d|47(?:24|61)|59(?:5[08]|6[67]|74)|9(?:55[0-4]|77[23]))|7(?:26(?:6[13-9]|7[0-7])|(?:442|688)\d|50(?:2[0-3]|[3-68]2|76))|8(?:27[56]\d|37(?:5[2-5]|8[239])|843[2-58])|9(?:0(?:0(?:6[1-8]|85)|52\d)|3583|4(?:66[1-8]|9(?:2[01]|81))|63(?:23|3[1-4])|9561))\d{3})$' order by nth, place) as m offset 0) plainly) end as "m_2"
          from (select l.*,
            case when key_missing then 'KEY_MISSING' when not "g_c_born_on" then $3::text when not "g_c_left_on" then $4::text when not "g_c_attempts" then $5::text when not "g_c_deceased" then $6::text when "v_c_left_on" < date '1900-01-01' or "v_c_left_on" >= date '2200-01-01' then $7::text  end as "code",
            case
            when translate("d_1", '6789012345', '') <> '' then null
            when length("d_1") = 11 and substr("d_1", 1, 1) = '0' and substr("d_1", 2, 1) <> '0' then '+44' || substr("d_1", 2)
            when length("d_1") = 12 and left("d_1", 2) = '44' and substr("d_1", 3, 1) <> '0' then '+' || "d_1"
            when length("d_1") = 13 and left("d_1", 3) = '440' and substr("d_1", 4, 1) <> '0' then '+44' || substr("d_1", 4)
            when length("d_1") = 14 and left("d_1", 4) = '0044' and substr("d_1", 5, 1) <> '0' then '+' || substr("d_1", 3)
            when length("d_1") = 15 and left("d_1", 5) = '00440' and substr("d_1", 6, 1) <> '0' then '+44' || substr("d_1", 6)
            end as "w_1",
            case
            when translate("d_2", '6789012345', '') <> '' then null
            when length("d_2") = 11 and substr("d_2", 1, 1) = '0' and substr("d_2", 2, 1) <> '0' then '+44' || substr("d_2", 2)
            when length("d_2") = 12 and left("d_2", 2) = '44' and substr("d_2", 3, 1) <> '0' then '+' || "d_2"
            when length("d_2") = 13 and left("d_2", 3) = '440' and substr("d_2", 4, 1) <> '0' then '+44' || substr("d_2", 4)
            when length("d_2") = 14 and left("d_2", 4) = '0044' and substr("d_2", 5, 1) <> '0' then '+' || substr("d_2", 3)
            when length("d_2") = 15 and left("d_2", 5) = '00440' and substr("d_2", 6, 1) <> '0' then '+44' || substr("d_2", 6)
            end as "w_2",
            case when "c_resident_ref" ~ '[^A-Za-z0-9/._-]' and (length("r_1") > 15 or "c_resident_ref" ~ '[A-Za-z]{3}|[^A-Za-z0-9/\\._ -]| [/-] ')
            or length("r_1") > 18 then array(
              select p.part from (select regexp_replace(regexp_replace(upper(case when octet_length("c_resident_ref") = length("c_resident_ref") then "c_resident_ref"
                      else translate(normalize(translate(translate("c_resident_ref", E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKC), '١٢٣٤٥٦٧٨٩٠۱۲۳۴۵۶۷۸۹۰१२३४५६७८९०১২৩৪৫৬৭৮৯০੧੨੩੪੫੬੭੮੯੦૧૨૩૪૫૬૭૮૯૦୧୨୩୪୫୬୭୮୯୦௧௨௩௪௫௬௭௮௯௦౧౨౩౪౫౬౭౮౯౦೧೨೩೪೫೬೭೮೯೦൧൨൩൪൫൬൭൮൯൦๑๒๓๔๕๖๗๘๙๐໑໒໓໔໕໖໗໘໙໐༡༢༣༤༥༦༧༨༩༠၁၂၃၄၅၆၇၈၉၀១២៣៤៥៦៧៨៩០᠑᠒᠓᠔᠕᠖᠗᠘᠙᠐', '12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890') end collate "C"), '[ \t\u00a0]+', ' ', 'g'), '(?<![0-9/.-])[0-3]?[0-9](?:ST|ND|RD|TH)? +(?:OF +)?(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)[A-Z]*(?: +(?:20)?[0-9]{2})?(?![0-9])', ';', 'g') as whole offset 0) given,
              lateral (values (1, regexp_replace(whole, '([A-Z0-9]) ?([/\\.-]) ?(?=[0-9])', '\1\2', 'g')), (2, regexp_replace(whole, ' [/-] ', ';', 'g'))) v(view, seen),
              lateral regexp_matches(seen, '((?:\m[A-Z]{1,4} )?)([A-Z/\\._-]*[0-9][A-Z0-9/\\._-]*(?: [A-Z/\\._-]*[0-9][A-Z0-9/\\._-]*)*)', 'g') with ordinality found(r, nth),
              lateral (select r[1] || r[2] as text union all select r[2] union all
                select c from regexp_split_to_table(r[2], ' ') c where c ~ '[/\\._-].*[0-9]' or length(c) > 7 union all
                select regexp_split_to_table(c, '[/\\-]') from regexp_split_to_table(r[2], ' ') c where length(c) > 18 and c ~ '^[A-Z0-9]{9,}(?:[/\\-][A-Z0-9]{9,})+$') cut,
              lateral (values (regexp_replace(cut.text, '[^A-Z0-9]+', '', 'g')), (regexp_replace(regexp_replace(cut.text, '[^A-Z0-9]+', '', 'g'), '^(?:URN|CRN|REFERENCE|REFS?|CRIME|CASE|INCIDENT|OCCURRENCE|REPORT|INVESTIGATION|UNIQUE|NUMBERS?|NUM|NO|NR|ID|LOG|CAD|NICHE|IS|THE|MY|OUR|YOUR|POLICE|INC|OCC|RE|CN|CR|CRI)+(?=[A-Z]{0,4}[0-9])', ''))) p(part)
              where length(p.part) >= 6 group by p.part order by min(array[view, nth]), length(p.part)) || regexp_replace("r_1", '^(?:URN|CRN|REFERENCE|REFS?|CRIME|CASE|INCIDENT|OCCURRENCE|REPORT|INVESTIGATION|UNIQUE|NUMBERS?|NUM|NO|NR|ID|LOG|CAD|NICHE|IS|THE|MY|OUR|YOUR|POLICE|INC|OCC|RE|CN|CR|CRI)+(?=[A-Z]{0,4}[0-9])', '')
            when left("r_1", 1) in ('C', 'I', 'L', 'M', 'N', 'O', 'P', 'R', 'T', 'U', 'Y') then array[regexp_replace("r_1", '^(?:URN|CRN|REFERENCE|REFS?|CRIME|CASE|INCIDENT|OCCURRENCE|REPORT|INVESTIGATION|UNIQUE|NUMBERS?|NUM|NO|NR|ID|LOG|CAD|NICHE|IS|THE|MY|OUR|YOUR|POLICE|INC|OCC|RE|CN|CR|CRI)+(?=[A-Z]{0,4}[0-9])', '')] end as "l_1"
            from (select l.*,
              case when "g_c_born_on" then case when not ("c_born_on"::date <= date '1900-01-01' or "c_born_on"::date = date '1901-01-01') then "c_born_on"::date end end as "v_c_born_on",
              case when "g_c_district" then "c_district" end as "v_c_district",
              case when "g_c_left_on" then "c_left_on"::date end as "v_c_left_on",
              case when "g_c_attempts" then "c_attempts"::bigint end as "v_c_attempts",
              case when "g_c_deceased" then lower("c_deceased") in ('true', 't', 'yes', 'y', '1') end as "v_c_deceased",
              translate(replace("p_1", ' / ', ';'), ' ()-.+/', '') as "d_1",
              translate(replace("p_2", ' / ', ';'), ' ()-.+/', '') as "d_2",
              case when ascii("s_1") between ascii('1') and ascii('9') or "s_1" <> all ('{NK,NOTKNOWN,UNKNOWN,NA,NOTAPPLICABLE,NONE,NIL,NOTGIVEN,NOTSTATED,NOTRECORDED,NOTPROVIDED,NOTYETKNOWN,NOREF,NOREFERENCE,TBA,TBC,PENDING}') and translate("s_1", '0', '') <> '' then "s_1" end as "r_1"
              from (select l.*,
                case when "c_born_on" ~ '^[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' then substr("c_born_on", 9, 2)::integer <= case
                when substr("c_born_on", 6, 2) in ('04', '06', '09', '11') then 30
                when substr("c_born_on", 6, 2) <> '02' then 31
                when substr("c_born_on", 1, 4)::integer % 400 = 0 then 29
                when substr("c_born_on", 1, 4)::integer % 100 = 0 then 28
                when substr("c_born_on", 1, 4)::integer % 4 = 0 then 29
                else 28 end when "c_born_on" is not null then false end as "g_c_born_on",
                true as "g_c_district",
                case when "c_left_on" ~ '^[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' then substr("c_left_on", 9, 2)::integer <= case
                when substr("c_left_on", 6, 2) in ('04', '06', '09', '11') then 30
                when substr("c_left_on", 6, 2) <> '02' then 31
                when substr("c_left_on", 1, 4)::integer % 400 = 0 then 29
                when substr("c_left_on", 1, 4)::integer % 100 = 0 then 28
                when substr("c_left_on", 1, 4)::integer % 4 = 0 then 29
                else 28 end when "c_left_on" is not null then false end as "g_c_left_on",
                "c_attempts" ~ '^[+-]?[0-9]{1,18}$' as "g_c_attempts",
                lower("c_deceased") in ('true', 'false', 't', 'f', 'yes', 'no', 'y', 'n', '1', '0') as "g_c_deceased",
                lower(case when octet_length("c_phone_mobile") = length("c_phone_mobile") then "c_phone_mobile"
                  else translate(normalize(translate(translate("c_phone_mobile", E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKC), '١٢٣٤٥٦٧٨٩٠۱۲۳۴۵۶۷۸۹۰१२३४५६७८९०১২৩৪৫৬৭৮৯০੧੨੩੪੫੬੭੮੯੦૧૨૩૪૫૬૭૮૯૦୧୨୩୪୫୬୭୮୯୦௧௨௩௪௫௬௭௮௯௦౧౨౩౪౫౬౭౮౯౦೧೨೩೪೫೬೭೮೯೦൧൨൩൪൫൬൭൮൯൦๑๒๓๔๕๖๗๘๙๐໑໒໓໔໕໖໗໘໙໐༡༢༣༤༥༦༧༨༩༠၁၂၃၄၅၆၇၈၉၀១២៣៤៥៦៧៨៩០᠑᠒᠓᠔᠕᠖᠗᠘᠙᠐', '12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890') end collate "C") as "p_1",
                lower(case when octet_length("c_phone_home") = length("c_phone_home") then "c_phone_home"
                  else translate(normalize(translate(translate("c_phone_home", E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKC), '١٢٣٤٥٦٧٨٩٠۱۲۳۴۵۶۷۸۹۰१२३४५६७८९०১২৩৪৫৬৭৮৯০੧੨੩੪੫੬੭੮੯੦૧૨૩૪૫૬૭૮૯૦୧୨୩୪୫୬୭୮୯୦௧௨௩௪௫௬௭௮௯௦౧౨౩౪౫౬౭౮౯౦೧೨೩೪೫೬೭೮೯೦൧൨൩൪൫൬൭൮൯൦๑๒๓๔๕๖๗๘๙๐໑໒໓໔໕໖໗໘໙໐༡༢༣༤༥༦༧༨༩༠၁၂၃၄၅၆၇၈၉၀១២៣៤៥៦៧៨៩០᠑᠒᠓᠔᠕᠖᠗᠘᠙᠐', '12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890') end collate "C") as "p_2",
                nullif(case when "c_resident_ref" !~ '[^A-Z0-9/ -]' then translate("c_resident_ref", '/ -', '')
                  else regexp_replace(upper(case when octet_length("c_resident_ref") = length("c_resident_ref") then "c_resident_ref"
                      else translate(normalize(translate(translate("c_resident_ref", E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKC), '١٢٣٤٥٦٧٨٩٠۱۲۳۴۵۶۷۸۹۰१२३४५६७८९०১২৩৪৫৬৭৮৯০੧੨੩੪੫੬੭੮੯੦૧૨૩૪૫૬૭૮૯૦୧୨୩୪୫୬୭୮୯୦௧௨௩௪௫௬௭௮௯௦౧౨౩౪౫౬౭౮౯౦೧೨೩೪೫೬೭೮೯೦൧൨൩൪൫൬൭൮൯൦๑๒๓๔๕๖๗๘๙๐໑໒໓໔໕໖໗໘໙໐༡༢༣༤༥༦༧༨༩༠၁၂၃၄၅၆၇၈၉၀១២៣៤៥៦៧៨៩០᠑᠒᠓᠔᠕᠖᠗᠘᠙᠐', '12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890') end collate "C"), '[^A-Z0-9]+', '', 'g') end, '') as "s_1"
                from (select array[a."c_resident_ref"]::text[] as key,
                  (nullif(btrim(a."c_resident_ref", E' \t\r\n\u00a0'), '') is null) as key_missing,
                  nullif(btrim(a."c_resident_ref", E' \t\r\n\u00a0'), '') as "c_resident_ref",
                  case when nullif(btrim(a."c_born_on", E' \t\r\n\u00a0'), '') = any ($8::text[]) then null else nullif(btrim(a."c_born_on", E' \t\r\n\u00a0'), '') end as "c_born_on",
                  nullif(btrim(a."c_district", E' \t\r\n\u00a0'), '') as "c_district",
                  nullif(btrim(a."c_left_on", E' \t\r\n\u00a0'), '') as "c_left_on",
                  nullif(btrim(a."c_attempts", E' \t\r\n\u00a0'), '') as "c_attempts",
                  nullif(btrim(a."c_deceased", E' \t\r\n\u00a0'), '') as "c_deceased",
                  nullif(btrim(a."c_phone_mobile", E' \t\r\n\u00a0'), '') as "c_phone_mobile",
                  nullif(btrim(a."c_phone_home", E' \t\r\n\u00a0'), '') as "c_phone_home",
                  nullif(btrim(a."c_forename", E' \t\r\n\u00a0'), '') as "c_forename",
                  nullif(btrim(a."c_surname", E' \t\r\n\u00a0'), '') as "c_surname",
                  nullif(btrim(a."c_postcode", E' \t\r\n\u00a0'), '') as "c_postcode"
                  from arrived a offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) t
    left join (select l.*,
      nullif(split_part(split_part(fore, '&', 1), ' ', 1), '') as "fore_first",
      nullif(case when "sur_plain" then "sur" else translate(sur, ' _', '') end, '') as "sur_all",
      case when not octet_length(fore) = length(fore) then nullif(translate(replace(replace(replace(replace(replace(replace(replace(translate(fore, 'ƁƂƄƆƇƉƊƋƎƏƐƑƓƔƖƗƘƜƝƟƢƤƦƧƩƬƮƱƲƳƵƷƸƼǤǶǷȜȠȢȤȺȻȽȾɁɃɄɅɆɈɊɌɎͰͲͶͿΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩϏϘϚϜϞϠϢϤϦϨϪϬϮϷϺϽϾϿЂЄЅІЈЉЊЋЏАБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯѠѢѤѦѨѪѬѮѰѲѴѸѺѼѾҀҊҌҎҐҒҔҖҘҚҜҞҠҢҤҦҨҪҬҮҰҲҴҶҸҺҼҾӀӃӅӇӉӋӍӔӘӠӨӶӺӼӾԀԂԄԆԈԊԌԎԐԒԔԖԘԚԜԞԠԢԤԦԨԪԬԮԱԲԳԴԵԶԷԸԹԺԻԼԽԾԿՀՁՂՃՄՅՆՇՈՉՊՋՌՍՎՏՐՑՒՓՔՕՖᲐᲑᲒᲓᲔᲕᲖᲗᲘᲙᲚᲛᲜᲝᲞᲟᲠᲡᲢᲣᲤᲥᲦᲧᲨᲩᲪᲫᲬᲭᲮᲯᲰᲱᲲᲳᲴᲵᲶᲷᲸᲹᲺᲽᲾᲿςىیکةہھٱְֱֲֳִֵֶַָֹֺֻּֽ֑֖֛֢֣֤֥֦֧֪֚֭֮֒֓֔֕֗֘֙֜֝֞֟֠֡֨֩֫֬֯־ֿ׀ׁׂ׃ׅׄ׆ׇؘؙؚؐؑؒؓؔؕؖؗـًٌٍَُِّْٰٕٖٜٟٓٔٗ٘ٙٚٛٝٞ“”„‟«»‹›', 'ɓƃƅɔƈɖɗƌǝəɛƒɠɣɩɨƙɯɲɵƣƥʀƨʃƭʈʊʋƴƶʒƹƽǥƕƿȝƞȣȥⱥȼƚⱦɂƀʉʌɇɉɋɍɏͱͳͷϳαβγδεζηθικλμνξοπρστυφχψωϗϙϛϝϟϡϣϥϧϩϫϭϯϸϻͻͼͽђєѕіјљњћџабвгдежзиклмнопрстуфхцчшщъыьэюяѡѣѥѧѩѫѭѯѱѳѵѹѻѽѿҁҋҍҏґғҕҗҙқҝҟҡңҥҧҩҫҭүұҳҵҷҹһҽҿӏӄӆӈӊӌӎӕәӡөӷӻӽӿԁԃԅԇԉԋԍԏԑԓԕԗԙԛԝԟԡԣԥԧԩԫԭԯաբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆაბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰჱჲჳჴჵჶჷჸჹჺჽჾჿσييكههها'), 'ου', 'ou'), 'αυ', 'av'), 'ευ', 'ev'), 'γγ', 'ng'), 'θ', 'th'), 'χ', 'ch'), 'ψ', 'ps'),
          'αβγδεζηικλμνξοπρστυφω', 'avgdeziiklmnxoprstyfo'), fore) end as "fore_folded",
      case when not octet_length(sur) = length(sur) then nullif(translate(replace(replace(replace(replace(replace(replace(replace(translate(sur, 'ƁƂƄƆƇƉƊƋƎƏƐƑƓƔƖƗƘƜƝƟƢƤƦƧƩƬƮƱƲƳƵƷƸƼǤǶǷȜȠȢȤȺȻȽȾɁɃɄɅɆɈɊɌɎͰͲͶͿΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩϏϘϚϜϞϠϢϤϦϨϪϬϮϷϺϽϾϿЂЄЅІЈЉЊЋЏАБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯѠѢѤѦѨѪѬѮѰѲѴѸѺѼѾҀҊҌҎҐҒҔҖҘҚҜҞҠҢҤҦҨҪҬҮҰҲҴҶҸҺҼҾӀӃӅӇӉӋӍӔӘӠӨӶӺӼӾԀԂԄԆԈԊԌԎԐԒԔԖԘԚԜԞԠԢԤԦԨԪԬԮԱԲԳԴԵԶԷԸԹԺԻԼԽԾԿՀՁՂՃՄՅՆՇՈՉՊՋՌՍՎՏՐՑՒՓՔՕՖᲐᲑᲒᲓᲔᲕᲖᲗᲘᲙᲚᲛᲜᲝᲞᲟᲠᲡᲢᲣᲤᲥᲦᲧᲨᲩᲪᲫᲬᲭᲮᲯᲰᲱᲲᲳᲴᲵᲶᲷᲸᲹᲺᲽᲾᲿςىیکةہھٱְֱֲֳִֵֶַָֹֺֻּֽ֑֖֛֢֣֤֥֦֧֪֚֭֮֒֓֔֕֗֘֙֜֝֞֟֠֡֨֩֫֬֯־ֿ׀ׁׂ׃ׅׄ׆ׇؘؙؚؐؑؒؓؔؕؖؗـًٌٍَُِّْٰٕٖٜٟٓٔٗ٘ٙٚٛٝٞ“”„‟«»‹›', 'ɓƃƅɔƈɖɗƌǝəɛƒɠɣɩɨƙɯɲɵƣƥʀƨʃƭʈʊʋƴƶʒƹƽǥƕƿȝƞȣȥⱥȼƚⱦɂƀʉʌɇɉɋɍɏͱͳͷϳαβγδεζηθικλμνξοπρστυφχψωϗϙϛϝϟϡϣϥϧϩϫϭϯϸϻͻͼͽђєѕіјљњћџабвгдежзиклмнопрстуфхцчшщъыьэюяѡѣѥѧѩѫѭѯѱѳѵѹѻѽѿҁҋҍҏґғҕҗҙқҝҟҡңҥҧҩҫҭүұҳҵҷҹһҽҿӏӄӆӈӊӌӎӕәӡөӷӻӽӿԁԃԅԇԉԋԍԏԑԓԕԗԙԛԝԟԡԣԥԧԩԫԭԯաբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆაბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰჱჲჳჴჵჶჷჸჹჺჽჾჿσييكههها'), 'ου', 'ou'), 'αυ', 'av'), 'ευ', 'ev'), 'γγ', 'ng'), 'θ', 'th'), 'χ', 'ch'), 'ψ', 'ps'),
          'αβγδεζηικλμνξοπρστυφω', 'avgdeziiklmnxoprstyfo'), sur) end as "sur_folded"
      from (select l.*,
        case when fore_plain and not fore_0 = any ('{mr,mrs,ms,miss,mx,messrs,mstr,master,mister,missus,dr,doctor,prof,professor,rev,revd,reverend,fr,sir,dame,lady,lord,cllr,rt hon,the,ven,mme,mlle,madam,smt,shri,unknown,not known,n/k,n/a,not given,not stated,not recorded,not provided,name unknown,name not known,no name,unnamed,anonymous,withheld,unknown male,unknown female}') and sur_0 is not null then case when case when (fore_0 like '%ae%' or fore_0 like '%oe%' or fore_0 like '%ue%' or fore_0 like '%aa%') then regexp_replace(replace(fore_0, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else fore_0 end like '%mac%' then regexp_replace(case when (fore_0 like '%ae%' or fore_0 like '%oe%' or fore_0 like '%ue%' or fore_0 like '%aa%') then regexp_replace(replace(fore_0, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else fore_0 end, '\mmac(?=[a-z]{3})', 'mc', 'g') else case when (fore_0 like '%ae%' or fore_0 like '%oe%' or fore_0 like '%ue%' or fore_0 like '%aa%') then regexp_replace(replace(fore_0, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else fore_0 end end else (select case when not w.x = any ('{unknown,not known,n/k,n/a,not given,not stated,not recorded,not provided,name unknown,name not known,no name,unnamed,anonymous,withheld,unknown male,unknown female}') then case when case when (w.x like '%ae%' or w.x like '%oe%' or w.x like '%ue%' or w.x like '%aa%') then regexp_replace(replace(w.x, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else w.x end like '%mac%' then regexp_replace(case when (w.x like '%ae%' or w.x like '%oe%' or w.x like '%ue%' or w.x like '%aa%') then regexp_replace(replace(w.x, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else w.x end, '\mmac(?=[a-z]{3})', 'mc', 'g') else case when (w.x like '%ae%' or w.x like '%oe%' or w.x like '%ue%' or w.x like '%aa%') then regexp_replace(replace(w.x, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else w.x end end end from (select (select (select case when w.x like '% %' and w.x ~ '&|\m(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri|det|detective|wo|p ?c|wpc|[dw][csi]|dci|insp|inspector|chief|supt|superintendent|constable|sgt|sergeant|ssgt|l cpl|lcpl|cpl|corporal|pte|private|spr|gnr|lt|lieutenant|capt|captain|maj|col|colonel|brig|brigadier|gen|general|flt|flight|sqn|squadron|ldr|leader|wg|wing|cdr|cmdr|commander|adm|admiral|pastor|rabbi|imam|father|sister|nurse|councillor|baroness|hon|major|canon|bishop|deacon|judge|justice|baron|brother|sheikh|hajji|haji|and|or|aka|alias|known|called)\M' or w.x like '%&%' then btrim(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(w.x, '\m(?:and|or|aka|alias|known as|called)\M', '&', 'g'), ' ?& ?', '&', 'g'), '(^|&)(?:(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri)(?: |(?=&)|$)|(?:det|detective|wo|p ?c|wpc|[dw][csi]|dci|insp|inspector|chief|supt|superintendent|constable|sgt|sergeant|ssgt|l cpl|lcpl|cpl|corporal|pte|private|spr|gnr|lt|lieutenant|capt|captain|maj|col|colonel|brig|brigadier|gen|general|flt|flight|sqn|squadron|ldr|leader|wg|wing|cdr|cmdr|commander|adm|admiral|pastor|rabbi|imam|father|sister|nurse|councillor|baroness|hon) (?=[a-z]))+', '\1', 'g'), '(^|&)((?:major|canon|bishop|deacon|judge|justice|baron|brother|sheikh|hajji|haji) )([^&]+)', '\1\2\3&\3', 'g'), '(^|&)(?:(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri)(?: |(?=&)|$)|(?:det|detective|wo|p ?c|wpc|[dw][csi]|dci|insp|inspector|chief|supt|superintendent|constable|sgt|sergeant|ssgt|l cpl|lcpl|cpl|corporal|pte|private|spr|gnr|lt|lieutenant|capt|captain|maj|col|colonel|brig|brigadier|gen|general|flt|flight|sqn|squadron|ldr|leader|wg|wing|cdr|cmdr|commander|adm|admiral|pastor|rabbi|imam|father|sister|nurse|councillor|baroness|hon) (?=[a-z]))+', '\1', 'g'), '&[ &]*', '&', 'g'), ' &') else w.x end from (select btrim(replace(replace(replace(case when w.x ~ '^[a-z'' -]+$' then translate(w.x, '-''', ' ') else regexp_replace(regexp_replace(translate(replace(case when w.x like '%&%;%' then regexp_replace(regexp_replace(regexp_replace(w.x, '&([a-z])(?:uml|acute|grave|circ|tilde|cedil|ring|slash|caron);', '\1', 'g'), '&amp;', '&', 'g'), '&(?:#x?[0-9a-f]+|[a-z]+);', '', 'g') else w.x end, '%27', ''), '+(",;)''`\', '&&&&&&'), '(?<=[a-z]{2}) ?/ ?(?=[a-z]{2})', '&', 'g'), '(?:(?!&)[[:space:][:punct:]+<>|^$=~])+', ' ', 'g') end, '  ', ' '), '  ', ' '), '  ', ' ')) as x offset 0) w) from (select case when (fore_0 is null or fore_0 = '' or btrim(fore_0, ' .,:;?*()[]"-') = any ('{mr,mrs,ms,miss,mx,messrs,mstr,master,mister,missus,dr,doctor,prof,professor,rev,revd,reverend,fr,sir,dame,lady,lord,cllr,rt hon,the,ven,mme,mlle,madam,smt,shri,unknown,not known,n/k,n/a,not given,not stated,not recorded,not provided,name unknown,name not known,no name,unnamed,anonymous,withheld,unknown male,unknown female}') or fore_0 ~ '^(?:(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri|and|&)(?:[ .,/]+|$|(?=&))+)+$') then case when btrim(sur_0) ~ '[^ ] ' then (select case when not btrim(w.x, ' .,:;?*()[]"-') = any ('{mr,mrs,ms,miss,mx,mister,missus,mme,mlle,dr,doctor,unknown,not known,n/k,n/a,not given,not stated,not recorded,not provided,name unknown,name not known,no name,unnamed,anonymous,withheld,unknown male,unknown female}') then w.x end from (select case when sur_0 ~ '[a-z] *,' then substr(sur_0, strpos(sur_0, ',') + 1) else regexp_replace(btrim(sur_0, ' .,;'), '[ ,]*[^ ,]+$', '') end as x offset 0) w) end
                when (sur_0 is null or sur_0 = '') then (select case when not btrim(w.x, ' .,:;?*()[]"-') = any ('{mr,mrs,ms,miss,mx,mister,missus,mme,mlle,dr,doctor,unknown,not known,n/k,n/a,not given,not stated,not recorded,not provided,name unknown,name not known,no name,unnamed,anonymous,withheld,unknown male,unknown female}') then w.x end from (select case when fore_0 ~ '[a-z] *,' then substr(fore_0, strpos(fore_0, ',') + 1) else regexp_replace(btrim(fore_0, ' .,;'), '[ ,]*[^ ,]+$', '') end as x offset 0) w) else fore_0 end as x offset 0) w) as x offset 0) w) end as "fore",
        case when btrim(sur_0, ' .,:;?*()[]"-') = any ('{unknown,not known,n/k,n/a,not given,not stated,not recorded,not provided,name unknown,name not known,no name,unnamed,anonymous,withheld,unknown male,unknown female}') then null else case when "sur_plain" then case when case when (sur_0 like '%ae%' or sur_0 like '%oe%' or sur_0 like '%ue%' or sur_0 like '%aa%') then regexp_replace(replace(sur_0, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else sur_0 end like '%mac%' then regexp_replace(case when (sur_0 like '%ae%' or sur_0 like '%oe%' or sur_0 like '%ue%' or sur_0 like '%aa%') then regexp_replace(replace(sur_0, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else sur_0 end, '\mmac(?=[a-z]{3})', 'mc', 'g') else case when (sur_0 like '%ae%' or sur_0 like '%oe%' or sur_0 like '%ue%' or sur_0 like '%aa%') then regexp_replace(replace(sur_0, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else sur_0 end end else (select case when case when (w.x like '%ae%' or w.x like '%oe%' or w.x like '%ue%' or w.x like '%aa%') then regexp_replace(replace(w.x, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else w.x end like '%mac%' then regexp_replace(case when (w.x like '%ae%' or w.x like '%oe%' or w.x like '%ue%' or w.x like '%aa%') then regexp_replace(replace(w.x, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else w.x end, '\mmac(?=[a-z]{3})', 'mc', 'g') else case when (w.x like '%ae%' or w.x like '%oe%' or w.x like '%ue%' or w.x like '%aa%') then regexp_replace(replace(w.x, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else w.x end end from (select case when (sur_0 is null or sur_0 = '') or (fore_0 is null or fore_0 = '' or btrim(fore_0, ' .,:;?*()[]"-') = any ('{mr,mrs,ms,miss,mx,messrs,mstr,master,mister,missus,dr,doctor,prof,professor,rev,revd,reverend,fr,sir,dame,lady,lord,cllr,rt hon,the,ven,mme,mlle,madam,smt,shri,unknown,not known,n/k,n/a,not given,not stated,not recorded,not provided,name unknown,name not known,no name,unnamed,anonymous,withheld,unknown male,unknown female}') or fore_0 ~ '^(?:(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri|and|&)(?:[ .,/]+|$|(?=&))+)+$') and btrim(sur_0) ~ '[^ ] ' then (select case when w.x ~ '[a-z] *,' then (select case when w.x like '% %' and w.x ~ '\m(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri|det|detective|wo|p ?c|wpc|[dw][csi]|dci|insp|inspector|chief|supt|superintendent|constable|sgt|sergeant|ssgt|l cpl|lcpl|cpl|corporal|pte|private|spr|gnr|lt|lieutenant|capt|captain|maj|col|colonel|brig|brigadier|gen|general|flt|flight|sqn|squadron|ldr|leader|wg|wing|cdr|cmdr|commander|adm|admiral|pastor|rabbi|imam|father|sister|nurse|councillor|baroness|hon|mr|mrs|ms|miss|mx|dr|esq|esquire|jr|jnr|junior|sr|snr|senior|ii|iii|mbe|obe|cbe|kbe|bem|phd|bsc|msc|md|qc|kc|jp|mp|retd|rtd|deceased|decd|nee|ne|formerly|formally|previously|prev|aka|fka|alias|known|now|was|born|maiden|name|called|as|or|and|mc|mac|o|d|l|m|n|de|del|della|der|den|des|di|da|du|dos|das|la|le|van|von|vd|bin|bint|ibn|abu|ap|ab|ter|ten|fitz|st|saint|al|el)\M' then regexp_replace(regexp_replace(regexp_replace(w.x, '^(?:(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri|det|detective|wo|p ?c|wpc|[dw][csi]|dci|insp|inspector|chief|supt|superintendent|constable|sgt|sergeant|ssgt|l cpl|lcpl|cpl|corporal|pte|private|spr|gnr|lt|lieutenant|capt|captain|maj|col|colonel|brig|brigadier|gen|general|flt|flight|sqn|squadron|ldr|leader|wg|wing|cdr|cmdr|commander|adm|admiral|pastor|rabbi|imam|father|sister|nurse|councillor|baroness|hon) )+(?=.)|(?: (?:mr|mrs|ms|miss|mx|dr|esq|esquire|jr|jnr|junior|sr|snr|senior|ii|iii|mbe|obe|cbe|kbe|bem|phd|bsc|msc|md|qc|kc|jp|mp|retd|rtd|deceased|decd))+$| (?:nee|ne|formerly|formally|previously|prev|aka|fka|alias|known|now|was|born|maiden|name|called|as|or|and)(?= )', '', 'g'), '\m(?:(s)(?:ain)?(t)|(mc|mac|o|d|l|m|n|de|del|della|der|den|des|di|da|du|dos|das|la|le|van|von|vd|bin|bint|ibn|abu|ap|ab|ter|ten|fitz)) (?=[a-z])', '\1\2\3', 'g'), '\m(al|el) (?=[a-z])', '\1_', 'g') else w.x end from (select btrim(replace(replace(replace(replace((select btrim(replace(replace(replace(case when w.x ~ '^[a-z'' -]+$' then translate(w.x, '-''', ' ') else regexp_replace(regexp_replace(translate(replace(case when w.x like '%&%;%' then regexp_replace(regexp_replace(regexp_replace(w.x, '&([a-z])(?:uml|acute|grave|circ|tilde|cedil|ring|slash|caron);', '\1', 'g'), '&amp;', '&', 'g'), '&(?:#x?[0-9a-f]+|[a-z]+);', '', 'g') else w.x end, '%27', ''), '+(",;)''`\', '&&&&&&'), '(?<=[a-z]{2}) ?/ ?(?=[a-z]{2})', '&', 'g'), '(?:(?!&)[[:space:][:punct:]+<>|^$=~])+', ' ', 'g') end, '  ', ' '), '  ', ' '), '  ', ' ')) from (select case when split_part(w.x, ',', 1) like 'm''_%' then 'mc' || substr(split_part(w.x, ',', 1), 3) else split_part(w.x, ',', 1) end as x offset 0) w), '&', ' '), '  ', ' '), '  ', ' '), '  ', ' ')) as x offset 0) w) else split_part((select case when w.x like '% %' and w.x ~ '\m(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri|det|detective|wo|p ?c|wpc|[dw][csi]|dci|insp|inspector|chief|supt|superintendent|constable|sgt|sergeant|ssgt|l cpl|lcpl|cpl|corporal|pte|private|spr|gnr|lt|lieutenant|capt|captain|maj|col|colonel|brig|brigadier|gen|general|flt|flight|sqn|squadron|ldr|leader|wg|wing|cdr|cmdr|commander|adm|admiral|pastor|rabbi|imam|father|sister|nurse|councillor|baroness|hon|mr|mrs|ms|miss|mx|dr|esq|esquire|jr|jnr|junior|sr|snr|senior|ii|iii|mbe|obe|cbe|kbe|bem|phd|bsc|msc|md|qc|kc|jp|mp|retd|rtd|deceased|decd|nee|ne|formerly|formally|previously|prev|aka|fka|alias|known|now|was|born|maiden|name|called|as|or|and|mc|mac|o|d|l|m|n|de|del|della|der|den|des|di|da|du|dos|das|la|le|van|von|vd|bin|bint|ibn|abu|ap|ab|ter|ten|fitz|st|saint|al|el)\M' then regexp_replace(regexp_replace(regexp_replace(regexp_replace(w.x, '^(?:(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri|det|detective|wo|p ?c|wpc|[dw][csi]|dci|insp|inspector|chief|supt|superintendent|constable|sgt|sergeant|ssgt|l cpl|lcpl|cpl|corporal|pte|private|spr|gnr|lt|lieutenant|capt|captain|maj|col|colonel|brig|brigadier|gen|general|flt|flight|sqn|squadron|ldr|leader|wg|wing|cdr|cmdr|commander|adm|admiral|pastor|rabbi|imam|father|sister|nurse|councillor|baroness|hon) )+(?=.)|(?: (?:mr|mrs|ms|miss|mx|dr|esq|esquire|jr|jnr|junior|sr|snr|senior|ii|iii|mbe|obe|cbe|kbe|bem|phd|bsc|msc|md|qc|kc|jp|mp|retd|rtd|deceased|decd))+$| (?:nee|ne|formerly|formally|previously|prev|aka|fka|alias|known|now|was|born|maiden|name|called|as|or|and)(?= )', '', 'g'), '\m([dlmn]) (?=[a-z]{2})', '\1_', 'g'), '\m(?:(s)(?:ain)?(t)|(mc|mac|o|d|l|m|n|de|del|della|der|den|des|di|da|du|dos|das|la|le|van|von|vd|bin|bint|ibn|abu|ap|ab|ter|ten|fitz)) (?=[a-z])', '\1\2\3', 'g'), '\m(al|el) (?=[a-z])', '\1_', 'g') else w.x end from (select btrim(replace(replace(replace(replace((select btrim(replace(replace(replace(case when w.x ~ '^[a-z'' -]+$' then translate(w.x, '-''', ' ') else regexp_replace(regexp_replace(translate(replace(case when w.x like '%&%;%' then regexp_replace(regexp_replace(regexp_replace(w.x, '&([a-z])(?:uml|acute|grave|circ|tilde|cedil|ring|slash|caron);', '\1', 'g'), '&amp;', '&', 'g'), '&(?:#x?[0-9a-f]+|[a-z]+);', '', 'g') else w.x end, '%27', ''), '+(",;)''`\', '&&&&&&'), '(?<=[a-z]{2}) ?/ ?(?=[a-z]{2})', '&', 'g'), '(?:(?!&)[[:space:][:punct:]+<>|^$=~])+', ' ', 'g') end, '  ', ' '), '  ', ' '), '  ', ' ')) from (select case when w.x like 'm''_%' then 'mc' || substr(w.x, 3) else w.x end as x offset 0) w), '&', ' '), '  ', ' '), '  ', ' '), '  ', ' ')) as x offset 0) w), ' ', -1) end from (select case when not (sur_0 is null or sur_0 = '') then sur_0 when btrim(fore_0) ~ '[^ ] ' then fore_0 end as x offset 0) w)
            else (select case when w.x like '% %' and w.x ~ '\m(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri|det|detective|wo|p ?c|wpc|[dw][csi]|dci|insp|inspector|chief|supt|superintendent|constable|sgt|sergeant|ssgt|l cpl|lcpl|cpl|corporal|pte|private|spr|gnr|lt|lieutenant|capt|captain|maj|col|colonel|brig|brigadier|gen|general|flt|flight|sqn|squadron|ldr|leader|wg|wing|cdr|cmdr|commander|adm|admiral|pastor|rabbi|imam|father|sister|nurse|councillor|baroness|hon|mr|mrs|ms|miss|mx|dr|esq|esquire|jr|jnr|junior|sr|snr|senior|ii|iii|mbe|obe|cbe|kbe|bem|phd|bsc|msc|md|qc|kc|jp|mp|retd|rtd|deceased|decd|nee|ne|formerly|formally|previously|prev|aka|fka|alias|known|now|was|born|maiden|name|called|as|or|and|mc|mac|o|d|l|m|n|de|del|della|der|den|des|di|da|du|dos|das|la|le|van|von|vd|bin|bint|ibn|abu|ap|ab|ter|ten|fitz|st|saint|al|el)\M' then regexp_replace(regexp_replace(regexp_replace(w.x, '^(?:(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri|det|detective|wo|p ?c|wpc|[dw][csi]|dci|insp|inspector|chief|supt|superintendent|constable|sgt|sergeant|ssgt|l cpl|lcpl|cpl|corporal|pte|private|spr|gnr|lt|lieutenant|capt|captain|maj|col|colonel|brig|brigadier|gen|general|flt|flight|sqn|squadron|ldr|leader|wg|wing|cdr|cmdr|commander|adm|admiral|pastor|rabbi|imam|father|sister|nurse|councillor|baroness|hon) )+(?=.)|(?: (?:mr|mrs|ms|miss|mx|dr|esq|esquire|jr|jnr|junior|sr|snr|senior|ii|iii|mbe|obe|cbe|kbe|bem|phd|bsc|msc|md|qc|kc|jp|mp|retd|rtd|deceased|decd))+$| (?:nee|ne|formerly|formally|previously|prev|aka|fka|alias|known|now|was|born|maiden|name|called|as|or|and)(?= )', '', 'g'), '\m(?:(s)(?:ain)?(t)|(mc|mac|o|d|l|m|n|de|del|della|der|den|des|di|da|du|dos|das|la|le|van|von|vd|bin|bint|ibn|abu|ap|ab|ter|ten|fitz)) (?=[a-z])', '\1\2\3', 'g'), '\m(al|el) (?=[a-z])', '\1_', 'g') else w.x end from (select btrim(replace(replace(replace(replace((select btrim(replace(replace(replace(case when w.x ~ '^[a-z'' -]+$' then translate(w.x, '-''', ' ') else regexp_replace(regexp_replace(translate(replace(case when w.x like '%&%;%' then regexp_replace(regexp_replace(regexp_replace(w.x, '&([a-z])(?:uml|acute|grave|circ|tilde|cedil|ring|slash|caron);', '\1', 'g'), '&amp;', '&', 'g'), '&(?:#x?[0-9a-f]+|[a-z]+);', '', 'g') else w.x end, '%27', ''), '+(",;)''`\', '&&&&&&'), '(?<=[a-z]{2}) ?/ ?(?=[a-z]{2})', '&', 'g'), '(?:(?!&)[[:space:][:punct:]+<>|^$=~])+', ' ', 'g') end, '  ', ' '), '  ', ' '), '  ', ' ')) from (select case when sur_0 like 'm''_%' then 'mc' || substr(sur_0, 3) else sur_0 end as x offset 0) w), '&', ' '), '  ', ' '), '  ', ' '), '  ', ' ')) as x offset 0) w) end as x offset 0) w) end end as "sur"
        from (select l.*,
          case when "fore_plain" then lower("said_fore" collate "C") else (select lower(case when octet_length(w.x) = length(w.x) then w.x else (select case when l.x !~ '[\u0400-\u04ff]' then l.x
                when l.x ~ '[A-Za-z]' then translate(l.x, 'АВЕЅІЈКМНОРСТУХаеѕіјорсух', 'ABESIJKMHOPCTYXaesijopcyx') else replace(replace(replace(replace(replace(replace(replace(replace(translate(translate(l.x, 'АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯІЄҐ', 'абвгдежзиклмнопрстуфхцчшщъыьэюяієґ'), 'абвгдезиклмнопрстуфыэієґъь', 'abvgdeziklmnoprstufyeieg'), 'ж', 'zh'), 'х', 'kh'), 'ц', 'ts'), 'ч', 'ch'), 'ш', 'sh'), 'щ', 'shch'), 'ю', 'yu'), 'я', 'ya') end
                from (select replace(replace(replace(replace(translate(
                            regexp_replace(normalize(translate(translate(case when w.x ~ '^(?:[\u0001-\u007f]|[\u00c2-\u00df][€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ ¡¢£¤¥¦§¨©ª«¬­®¯°±²³´µ¶·¸¹º»¼½¾¿]|\u00e2[€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ ¡¢£¤¥¦§¨©ª«¬­®¯°±²³´µ¶·¸¹º»¼½¾¿]{2})+$' then convert_from(convert_to(w.x, 'WIN1252'), 'UTF8') else w.x end, E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKD), '[\u0300-\u036f]', '', 'g'),
                            'ŁłØøÐðĐđĦħıÆŒÞẞŊŋ', 'LlOoDdDdHhiæœþßNn'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th') as x offset 0) l) end collate "C") from (select case when "said_fore" ~* '&(?:amp;)?#(?:0*(19[2-9]|[2-9][0-9]{2}|[1-7][0-9]{3}|[1-4][0-9]{4}|5[0-4][0-9]{3})|x0*([c-f][0-9a-f]|[1-9a-f][0-9a-f]{2}|[13-9a-c][0-9a-f]{3}));' then
              (select string_agg(m[1] || coalesce(chr(m[2]::int), chr(('x' || lpad(m[3], 8, '0'))::bit(32)::int), ''), '' order by nth) || '&' || "said_fore"
                from regexp_matches("said_fore", '(.*?)(?:&(?:amp;)?#(?:0*(19[2-9]|[2-9][0-9]{2}|[1-7][0-9]{3}|[1-4][0-9]{4}|5[0-4][0-9]{3})|x0*([c-f][0-9a-f]|[1-9a-f][0-9a-f]{2}|[13-9a-c][0-9a-f]{3}));|$)', 'gi') with ordinality f(m, nth)) else "said_fore" end as x offset 0) w) end as "fore_0",
          case when "sur_plain" then lower("said_sur" collate "C") else (select lower(case when octet_length(w.x) = length(w.x) then w.x else (select case when l.x !~ '[\u0400-\u04ff]' then l.x
                when l.x ~ '[A-Za-z]' then translate(l.x, 'АВЕЅІЈКМНОРСТУХаеѕіјорсух', 'ABESIJKMHOPCTYXaesijopcyx') else replace(replace(replace(replace(replace(replace(replace(replace(translate(translate(l.x, 'АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯІЄҐ', 'абвгдежзиклмнопрстуфхцчшщъыьэюяієґ'), 'абвгдезиклмнопрстуфыэієґъь', 'abvgdeziklmnoprstufyeieg'), 'ж', 'zh'), 'х', 'kh'), 'ц', 'ts'), 'ч', 'ch'), 'ш', 'sh'), 'щ', 'shch'), 'ю', 'yu'), 'я', 'ya') end
                from (select replace(replace(replace(replace(translate(
                            regexp_replace(normalize(translate(translate(case when w.x ~ '^(?:[\u0001-\u007f]|[\u00c2-\u00df][€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ ¡¢£¤¥¦§¨©ª«¬­®¯°±²³´µ¶·¸¹º»¼½¾¿]|\u00e2[€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ ¡¢£¤¥¦§¨©ª«¬­®¯°±²³´µ¶·¸¹º»¼½¾¿]{2})+$' then convert_from(convert_to(w.x, 'WIN1252'), 'UTF8') else w.x end, E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKD), '[\u0300-\u036f]', '', 'g'),
                            'ŁłØøÐðĐđĦħıÆŒÞẞŊŋ', 'LlOoDdDdHhiæœþßNn'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th') as x offset 0) l) end collate "C") from (select case when "said_sur" ~* '&(?:amp;)?#(?:0*(19[2-9]|[2-9][0-9]{2}|[1-7][0-9]{3}|[1-4][0-9]{4}|5[0-4][0-9]{3})|x0*([c-f][0-9a-f]|[1-9a-f][0-9a-f]{2}|[13-9a-c][0-9a-f]{3}));' then
              (select string_agg(m[1] || coalesce(chr(m[2]::int), chr(('x' || lpad(m[3], 8, '0'))::bit(32)::int), ''), '' order by nth) || '&' || "said_sur"
                from regexp_matches("said_sur", '(.*?)(?:&(?:amp;)?#(?:0*(19[2-9]|[2-9][0-9]{2}|[1-7][0-9]{3}|[1-4][0-9]{4}|5[0-4][0-9]{3})|x0*([c-f][0-9a-f]|[1-9a-f][0-9a-f]{2}|[13-9a-c][0-9a-f]{3}));|$)', 'gi') with ordinality f(m, nth)) else "said_sur" end as x offset 0) w) end as "sur_0"
          from (select l.*
            from (select l.*,
              "said_fore" ~ '^[A-Za-z]+$' as "fore_plain",
              "said_sur" ~ '^[A-Za-z]+$' as "sur_plain"
              from (select distinct nullif(btrim(a."c_forename", E' \t\r\n\u00a0'), '') as "said_fore", nullif(btrim(a."c_surname", E' \t\r\n\u00a0'), '') as "said_sur"
                from (select distinct "c_forename", "c_surname" from arrived) a offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) "fore_sur" on coalesce("fore_sur"."said_fore", '') = coalesce(t."c_forename", '') and coalesce("fore_sur"."said_sur", '') = coalesce(t."c_surname", '')
    left join (select l.*
      from (select l.*
        from (select l.*,
          case when length(place_0) > 7 then coalesce((select nullif(case when w.x !~ '[^A-Z0-9/ -]' then translate(w.x, '/ -', '')
                else regexp_replace(upper(case when octet_length(w.x) = length(w.x) then w.x
                    else translate(normalize(translate(translate(w.x, E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKC), '١٢٣٤٥٦٧٨٩٠۱۲۳۴۵۶۷۸۹۰१२३४५६७८९०১২৩৪৫৬৭৮৯০੧੨੩੪੫੬੭੮੯੦૧૨૩૪૫૬૭૮૯૦୧୨୩୪୫୬୭୮୯୦௧௨௩௪௫௬௭௮௯௦౧౨౩౪౫౬౭౮౯౦೧೨೩೪೫೬೭೮೯೦൧൨൩൪൫൬൭൮൯൦๑๒๓๔๕๖๗๘๙๐໑໒໓໔໕໖໗໘໙໐༡༢༣༤༥༦༧༨༩༠၁၂၃၄၅၆၇၈၉၀១២៣៤៥៦៧៨៩០᠑᠒᠓᠔᠕᠖᠗᠘᠙᠐', '12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890') end collate "C"), '[^A-Z0-9]+', '', 'g') end, '') from (select (regexp_match(translate(upper(regexp_replace(case when octet_length("said_place") = length("said_place") then "said_place"
                          else translate(normalize(translate(translate("said_place", E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKC), '١٢٣٤٥٦٧٨٩٠۱۲۳۴۵۶۷۸۹۰१२३४५६७८९०১২৩৪৫৬৭৮৯০੧੨੩੪੫੬੭੮੯੦૧૨૩૪૫૬૭૮૯૦୧୨୩୪୫୬୭୮୯୦௧௨௩௪௫௬௭௮௯௦౧౨౩౪౫౬౭౮౯౦೧೨೩೪೫೬೭೮೯೦൧൨൩൪൫൬൭൮൯൦๑๒๓๔๕๖๗๘๙๐໑໒໓໔໕໖໗໘໙໐༡༢༣༤༥༦༧༨༩༠၁၂၃၄၅၆၇၈၉၀១២៣៤៥៦៧៨៩០᠑᠒᠓᠔᠕᠖᠗᠘᠙᠐', '12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890') end, '&[a-z0-9#]+;', ' ', 'g') collate "C"), 'OI', '01'), '(?<![A-Z0-9])[A-Z01]{1,2}[0-9][A-Z0-9]?[ -]*[0-9][A-Z]{2}(?![A-Z0-9])'))[1] as x offset 0) w), place_0) else "place_0" end as "place"
          from (select l.*,
            case when translate(place_said, '6789012345', '') <> place_said then translate(place_said, 'OI', '01') end as "place_0"
            from (select l.*,
              nullif(case when "said_place" !~ '[^A-Z0-9/ -]' then translate("said_place", '/ -', '')
                else regexp_replace(upper(case when octet_length("said_place") = length("said_place") then "said_place"
                    else translate(normalize(translate(translate("said_place", E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKC), '١٢٣٤٥٦٧٨٩٠۱۲۳۴۵۶۷۸۹۰१२३४५६७८९०১২৩৪৫৬৭৮৯০੧੨੩੪੫੬੭੮੯੦૧૨૩૪૫૬૭૮૯૦୧୨୩୪୫୬୭୮୯୦௧௨௩௪௫௬௭௮௯௦౧౨౩౪౫౬౭౮౯౦೧೨೩೪೫೬೭೮೯೦൧൨൩൪൫൬൭൮൯൦๑๒๓๔๕๖๗๘๙๐໑໒໓໔໕໖໗໘໙໐༡༢༣༤༥༦༧༨༩༠၁၂၃၄၅၆၇၈၉၀១២៣៤៥៦៧៨៩០᠑᠒᠓᠔᠕᠖᠗᠘᠙᠐', '12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890') end collate "C"), '[^A-Z0-9]+', '', 'g') end, '') as "place_said"
              from (select distinct nullif(btrim(a."c_postcode", E' \t\r\n\u00a0'), '') as "said_place"
                from (select distinct "c_postcode" from arrived) a offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) "place" on coalesce("place"."said_place", '') = coalesce(t."c_postcode", '')
    where true offset 0) l offset 0) t
--   $1 = ["B","CV","DE","GL","LE","NN","OX","WR","ZZ99"]
--   $2 = ["% limited %","% ltd %","% cyfyngedig %","% cyf %","% plc %","% llp %","% cic %","% cio %","% unlim… (302 characters)
--   $3 = "CAST:born_on"
--   $4 = "CAST:left_on"
--   $5 = "CAST:attempts"
--   $6 = "CAST:deceased"
--   $7 = "DATE:left_on"
--   $8 = ["1970-01-01"]

-- screen: canaries, tokens
select substr(i.key[1], length('cordon canary ') + 1) as kind, case substr(i.key[1], length('cordon canary ') + 1) when 'phone' then i.phone_tokens[1] when 'reference' then i.reference_tokens[1]
else i.person_tokens[1] end as token
from intake i where i.key[1] = any ($1::text[]) order by 1
--   $1 = ["cordon canary phone","cordon canary reference","cordon canary person"]

-- screen: canaries, look
with planted as (
  delete from intake i where i.key[1] = any ($1::text[]) returning i.ctid as row, substr(i.key[1], length('cordon canary ') + 1) as kind, i.key
), judged as (
  delete from screened s where s.key[1] = any ($2::text[]) returning s.key, s.mask
)
select p.kind, (m.row is not null and j.mask & (0::bigint | '1'::bigint) <> 0) as removed
from planted p join judged j on j.key = p.key
left join (select distinct row, kind from met where register = 'opt-outs') m on m.row = p.row and m.kind = p.kind
order by 1
--   $1 = ["cordon canary phone","cordon canary reference","cordon canary person"]
--   $2 = ["cordon canary phone","cordon canary reference","cordon canary person"]

-- screen: canaries, forget
drop table pg_temp.arrived

-- sample: reset
truncate sampled

-- sample: withhold 1 of 1
with held as (
  select f.row from (select ctid as row, unnest(phone_tokens || person_tokens) as token from frame_key) f join (
    select r.token from reservation r join attempt a using (survey, period, attempt)
    where a.closed_at is null and (r.survey, r.period) is distinct from ($1::text, $2::text)
    union all select c.token from contact_history c
    where (c.survey, c.period) is distinct from ($3::text, $4::text) and (c.contacted_on >= (select (($5::timestamptz at time zone $6::text) - $7::interval)::date))
  ) e on e.token = f.token
), gone as (
  delete from frame_key f where f.ctid in (select row from held) returning f.frame_id, f.stratum
)
insert into withheld (survey, period, attempt, frame_id, stratum) select $8::text, $9::text, $10::integer, frame_id, stratum from gone
--   $1 = "warwickshire-perception"
--   $2 = <period>
--   $3 = "warwickshire-perception"
--   $4 = <period>
--   $5 = <drawnAt>
--   $6 = "Europe/London"
--   $7 = "P12M"
--   $8 = "warwickshire-perception"
--   $9 = <period>
--   $10 = <attempt>

-- sample: strata
select stratum, sum(frame)::integer as frame, sum(withheld)::integer as withheld from (
  select stratum, count(*) as frame, 0 as withheld from frame_key group by stratum
  union all select stratum, 0, count(*) from withheld
  where (survey, period, attempt) = ($1::text, $2::text, $3::integer) group by stratum) x
group by stratum order by stratum collate "C"
--   $1 = "warwickshire-perception"
--   $2 = <period>
--   $3 = <attempt>

-- sample: frame
select stratum, frame_id from frame_key

-- sample: draw
insert into sampled
(frame_id, stratum, key, part, rank, state, shared, phone_tokens, reference_tokens, person_tokens)
select f.frame_id, f.stratum, f.key, d.part, d.rank,
case d.part when 'sample' then 'in' else 'idle' end, f.shared, f.phone_tokens, f.reference_tokens, f.person_tokens
from frame_key f
join unnest($1::text[], $2::integer[], $3::text[])
as d(frame_id, rank, part) on d.frame_id = f.frame_id
--   $1 = <frameIds>
--   $2 = <ranks>
--   $3 = <parts>

-- sample: cut
truncate frame_key

-- reread: read
select s."resident_ref"::text,
s."born_on"::text,
s."district"::text,
s."left_on"::text,
s."attempts"::text,
s."deceased"::text,
s."phone_mobile"::text,
s."phone_home"::text,
s."forename"::text,
s."surname"::text,
s."postcode"::text
from (select e.k ->> 0 as "k1", array[e.k ->> 0] as key
  from json_array_elements((select current_setting('cordon.drawn')::json)) e(k)) d
join "survey"."resident" s on s."resident_ref"::text = d."k1"

-- reread: arrived
create temp table arrived ("c_resident_ref" text, "c_born_on" text, "c_district" text, "c_left_on" text, "c_attempts" text, "c_deceased" text, "c_phone_mobile" text, "c_phone_home" text, "c_forename" text, "c_surname" text, "c_postcode" text) on commit drop

-- reread: load 1 of 2
truncate recheck

-- reread: load 2 of 2
insert into "recheck" ("key", "c_born_on", "c_district", "c_left_on", "c_attempts", "c_deceased", "check_0", "check_1", "phone_kinds", "phone_tokens", "reference_tokens", "person_tokens")
select t."key", t."v_c_born_on", t."v_c_district", t."v_c_left_on", t."v_c_attempts", t."v_c_deceased", case when regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g') ~ '^[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}$'
then not (array[substring(left(regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g'), -3) from '^[A-Z]+'), left(regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g'), -3), left(regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g'), -3) || ' ' || substr(regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g'), length(regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g')) - 2, 1)] && $1::text[]) end, ((' ' || btrim(regexp_replace(lower(translate(replace("c_surname", '&', ' and '), '.''’`', '') collate "C"), '[^a-z0-9]+', ' ', 'g')) || ' ') like any ($2::text[])), array_remove(array["k_1_1", "k_1_2", "k_1_3", "k_1_4", "k_2_1", "k_2_2", "k_2_3", "k_2_4"]::text[], null), array_remove(array[sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_1_1", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_1_2", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_1_3", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_1_4", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_2_1", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_2_2", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_2_3", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_2_4", 'UTF8')))]::bytea[], null), array_remove(array[sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('reference:' || "r_1", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('reference:' || nullif("l_1"[1], "r_1"), 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('reference:' || nullif("l_1"[2], "r_1"), 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('reference:' || nullif("l_1"[3], "r_1"), 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('reference:' || nullif("l_1"[4], "r_1"), 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('reference:' || nullif("l_1"[5], "r_1"), 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('reference:' || case when translate("r_1", 'IO', '') <> "r_1" and "r_1" ~ '[0-9][IO]+[0-9]' then regexp_replace(regexp_replace(regexp_replace("r_1", '(?<=[0-9][IO]*)[O](?=[IO]*[/\\._-]?[0-9])|(?<=[/\\._-][IO]*)[O](?=[IO]*[0-9])', '0', 'g'), '(?<=[0-9][IO]*)[I](?=[IO]*[/\\._-]?[0-9])|(?<=[/\\._-][IO]*)[I](?=[IO]*[0-9])', '1', 'g'), '^(?:URN|CRN|REFERENCE|REFS?|CRIME|CASE|INCIDENT|OCCURRENCE|REPORT|INVESTIGATION|UNIQUE|NUMBERS?|NUM|NO|NR|ID|LOG|CAD|NICHE|IS|THE|MY|OUR|YOUR|POLICE|INC|OCC|RE|CN|CR|CRI)+(?=[A-Z]{0,4}[0-9])', '') end, 'UTF8')))]::bytea[], null), case when (fore_first is not null and sur_all is not null and place is not null) then array_remove(array[sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || "held_first", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || "held_any", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || held_further[1], 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || held_further[2], 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || held_further[3], 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || held_further[4], 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || held_further[5], 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || held_further[6], 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || held_further[7], 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || held_further[8], 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || held_further[9], 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || held_further[10], 'UTF8')))]::bytea[], null) else '{}'::bytea[] end
from (select l.*,
  fore_first || '|' || sur_all || '|' || place as "held_first",
  left(fore_first, 1) || '*|' || sur_all || '|' || place as "held_any",
  case when fore_plain and sur_plain and length(fore_first) > 2 then null
  when fore like '%&%' or sur like '% % %' or sur like '%\_%' or fore_folded is not null or sur_folded is not null
  then array(select first || last || '|' || place
    from unnest(string_to_array((case when fore_folded is not null or sur_folded is not null then coalesce(fore_folded, fore) end), '&')) with ordinality n(name, alias),
    lateral (select split_part(name, ' ', 1) as x, string_to_array((case when fore_folded is not null or sur_folded is not null then coalesce(sur_folded, sur) end), ' ') as w) one,
    lateral (values (1, x || '|'), (2, left(x, 1) || '*|'), (3, case when name like '% %' then replace(name, ' ', '') || '|' end),
      (4, case when (length(x) = 1 or (length(x) = 2 and x ~ '^([^aeiouy][^aeiouy]|[aeiou][bcfghjkpqrtvwx]|am)$' and x not in ('md', 'ng'))) then left(x, 1) || '.|' end)) f(fore_nth, first),
    lateral (select 1 as sur_nth, translate((case when fore_folded is not null or sur_folded is not null then coalesce(sur_folded, sur) end), ' _', '') as last
      union all select 2, '~' || replace(u, '_', '') from unnest(w) u where cardinality(w) > 1
      union all select 2, '~' || split_part(u, '_', -1) from unnest(w) u where u like '%\_%'
      union all select 3, '~' || translate(w[i] || w[j], '_', '') from generate_series(1, 4) i, generate_series(i + 1, 5) j
      where cardinality(w) > 2 and w[j] is not null) l
    where first is not null and true and x <> ''
    group by first, last order by min(sur_nth), min(alias), min(fore_nth), last) || array(select first || last || '|' || place
    from unnest(string_to_array(fore, '&')) with ordinality n(name, alias),
    lateral (select split_part(name, ' ', 1) as x, string_to_array(sur, ' ') as w) one,
    lateral (values (1, x || '|'), (2, left(x, 1) || '*|'), (3, case when name like '% %' then replace(name, ' ', '') || '|' end),
      (4, case when (length(x) = 1 or (length(x) = 2 and x ~ '^([^aeiouy][^aeiouy]|[aeiou][bcfghjkpqrtvwx]|am)$' and x not in ('md', 'ng'))) then left(x, 1) || '.|' end)) f(fore_nth, first),
    lateral (select 1 as sur_nth, translate(sur, ' _', '') as last
      union all select 2, '~' || replace(u, '_', '') from unnest(w) u where cardinality(w) > 1
      union all select 2, '~' || split_part(u, '_', -1) from unnest(w) u where u like '%\_%'
      union all select 3, '~' || translate(w[i] || w[j], '_', '') from generate_series(1, 4) i, generate_series(i + 1, 5) j
      where cardinality(w) > 2 and w[j] is not null) l
    where first is not null and (alias > 1 or sur_nth > 1 or fore_nth > 2) and x <> ''
    group by first, last order by min(sur_nth), min(alias), min(fore_nth), last) || case when fore_plain and fore ~ '[ &]' then array[fore || '|' || sur_all || '|' || place] end
  when fore like '% %' or sur like '% %' or length(fore_first) < 3 then array_remove(array[case when fore like '% %' then replace(fore, ' ', '') || '|' else null end || sur_all || '|' || place, case when (length(fore_first) = 1 or (length(fore_first) = 2 and fore_first ~ '^([^aeiouy][^aeiouy]|[aeiou][bcfghjkpqrtvwx]|am)$' and fore_first not in ('md', 'ng'))) then left(fore_first, 1) || '.|' else null end || sur_all || '|' || place, fore_first || '|' || case when sur like '% %' then '~' || split_part(sur, ' ', 1) else null end || '|' || place, left(fore_first, 1) || '*|' || case when sur like '% %' then '~' || split_part(sur, ' ', 1) else null end || '|' || place, case when fore like '% %' then replace(fore, ' ', '') || '|' else null end || case when sur like '% %' then '~' || split_part(sur, ' ', 1) else null end || '|' || place, case when (length(fore_first) = 1 or (length(fore_first) = 2 and fore_first ~ '^([^aeiouy][^aeiouy]|[aeiou][bcfghjkpqrtvwx]|am)$' and fore_first not in ('md', 'ng'))) then left(fore_first, 1) || '.|' else null end || case when sur like '% %' then '~' || split_part(sur, ' ', 1) else null end || '|' || place, fore_first || '|' || case when sur like '% %' then '~' || split_part(sur, ' ', -1) else null end || '|' || place, left(fore_first, 1) || '*|' || case when sur like '% %' then '~' || split_part(sur, ' ', -1) else null end || '|' || place, case when fore like '% %' then replace(fore, ' ', '') || '|' else null end || case when sur like '% %' then '~' || split_part(sur, ' ', -1) else null end || '|' || place, case when (length(fore_first) = 1 or (length(fore_first) = 2 and fore_first ~ '^([^aeiouy][^aeiouy]|[aeiou][bcfghjkpqrtvwx]|am)$' and fore_first not in ('md', 'ng'))) then left(fore_first, 1) || '.|' else null end || case when sur like '% %' then '~' || split_part(sur, ' ', -1) else null end || '|' || place], null) || case when fore_plain and fore ~ '[ &]' then array[fore || '|' || sur_all || '|' || place] end end as "held_further"
  from (select t.*, "fore_plain", "sur_plain", "fore_0", "sur_0", "fore", "sur", "fore_first", "sur_all", "fore_folded", "sur_folded", "place_said", "place_0", "place"
    from (select l.*,
      case
      when "e_1_1" is null then null
      when left(("m_1")[1], 1) = 'x' then 'other'
      when substr("e_1_1", 4, 1) = '7' and substr("e_1_1", 5, 1) not in ('0', '6') then 'mobile'
      when substr("e_1_1", 4, 1) in ('1', '2') then 'landline'
      else 'other'
      end as "k_1_1",
      case
      when "e_1_2" is null then null
      when left(("m_1")[2], 1) = 'x' then 'other'
      when substr("e_1_2", 4, 1) = '7' and substr("e_1_2", 5, 1) not in ('0', '6') then 'mobile'
      when substr("e_1_2", 4, 1) in ('1', '2') then 'landline'
      else 'other'
      end as "k_1_2",
      case
      when "e_1_3" is null then null
      when left(("m_1")[3], 1) = 'x' then 'other'
      when substr("e_1_3", 4, 1) = '7' and substr("e_1_3", 5, 1) not in ('0', '6') then 'mobile'
      when substr("e_1_3", 4, 1) in ('1', '2') then 'landline'
      else 'other'
      end as "k_1_3",
      case
      when "e_1_4" is null then null
      when left(("m_1")[4], 1) = 'x' then 'other'
      when substr("e_1_4", 4, 1) = '7' and substr("e_1_4", 5, 1) not in ('0', '6') then 'mobile'
      when substr("e_1_4", 4, 1) in ('1', '2') then 'landline'
      else 'other'
      end as "k_1_4",
      case
      when "e_2_1" is null then null
      when left(("m_2")[1], 1) = 'x' then 'other'
      when substr("e_2_1", 4, 1) = '7' and substr("e_2_1", 5, 1) not in ('0', '6') then 'mobile'
      when substr("e_2_1", 4, 1) in ('1', '2') then 'landline'
      else 'other'
      end as "k_2_1",
      case
      when "e_2_2" is null then null
      when left(("m_2")[2], 1) = 'x' then 'other'
      when substr("e_2_2", 4, 1) = '7' and substr("e_2_2", 5, 1) not in ('0', '6') then 'mobile'
      when substr("e_2_2", 4, 1) in ('1', '2') then 'landline'
      else 'other'
      end as "k_2_2",
      case
      when "e_2_3" is null then null
      when left(("m_2")[3], 1) = 'x' then 'other'
      when substr("e_2_3", 4, 1) = '7' and substr("e_2_3", 5, 1) not in ('0', '6') then 'mobile'
      when substr("e_2_3", 4, 1) in ('1', '2') then 'landline'
      else 'other'
      end as "k_2_3",
      case
      when "e_2_4" is null then null
      when left(("m_2")[4], 1) = 'x' then 'other'
      when substr("e_2_4", 4, 1) = '7' and substr("e_2_4", 5, 1) not in ('0', '6') then 'mobile'
      when substr("e_2_4", 4, 1) in ('1', '2') then 'landline'
      else 'other'
      end as "k_2_4"
      from (select l.*,
        coalesce("w_1", ltrim(("m_1")[1], 'x')) as "e_1_1",
        ltrim(("m_1")[2], 'x') as "e_1_2",
        ltrim(("m_1")[3], 'x') as "e_1_3",
        ltrim(("m_1")[4], 'x') as "e_1_4",
        coalesce("w_2", ltrim(("m_2")[1], 'x')) as "e_2_1",
        ltrim(("m_2")[2], 'x') as "e_2_2",
        ltrim(("m_2")[3], 'x') as "e_2_3",
        ltrim(("m_2")[4], 'x') as "e_2_4"
        from (select l.*,
          case when "w_1" is null and length("p_1") > 9 then (select case
            when cardinality(m) > 0 and length(regexp_replace("p_1", '[^0-9]+', '', 'g')) < 11 * cardinality(m) + 9 then m
            else array(select n from unnest(m || array(
                  select mark || '+44' || national from (select mark, regexp_replace(regexp_replace(number, '[^0-9]', '', 'g'), '^(?:0?0?44)?0?', '') as national, nth, place
                    from (select 'x' as mark, r[1] as number, nth, 1 as place
                      from regexp_matches(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(replace("p_1", '%2b', '+'), '&[#a-z0-9]+;|%20|_x000d_', ' ', 'g'), '(?:\+|(?<![0-9])00)[ (]*(?!4 ?4|[0(])[1-9](?:[ .()-]{0,2}[0-9]){6,14}', '<>', 'g'), '(?<=[0-9]o*)o(?![a-np-z])|(?<=[0-9][ -]?o*)o(?=[ilo]+[0-9])|(?<![a-np-z])o(?=o*[0-9])', '0', 'g'), '(?<=[0-9][ -]?[il]*)[il](?=[il]*[0-9])', '1', 'g'), '([1-9])\.([0-9]{9,11})e\+?[0-9]{1,2}(?![0-9])', '\1\2', 'g'), '([0-9]{9})\.0+(?![0-9])', '\1', 'g'), '((?<![0-9] *)(?:\+?(?:00)? ?44 ?(?:\(0\) ?)?|0)[1-9][0-9]{1,4}\)?) / (?=[0-9]{3,4} ?[0-9]{3,4}(?! ?[0-9]))', '\1 ', 'g'), '(?<![0-9/.-])(?:[0-3]?[0-9][/.-][01]?[0-9][/.-](?:[0-9]{4}|[0-9]{2})|20[0-9]{2}-[01][0-9]-[0-3][0-9]|[0-9]+(?:/[0-9]+)+)(?![0-9/])|(?<![0-9])[0-3]?[0-9](?:st|nd|rd|th)?\s+(?:of\s+)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*(?:\s+(?:20)?[0-9]{2})?(?![0-9])|\m(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\s+20[0-9]{2}(?![0-9])|(?<![0-9])[0-9]{1,4}\s*(?:[ap]\.?m|hrs?|hours?|h|x|calls?|times?|attempts?|rings?|mins?|minutes?|days?|weeks?|st|nd|rd|th)\M|(?<![0-9])(?:[01]?[0-9]|2[0-4])[:.][0-5][0-9](?![0-9])|(?<![0-9][._-]?)(?:[01]?[0-9]|2[0-4])(?:[0-5][0-9])?\s*(?:-|/|to|till?|until|and)\s*(?:[01]?[0-9]|2[0-4])(?:[0-5][0-9])?(?![0-9])|(?<=[a-z#]\s?)[0-9](?![0-9])|(?<![0-9])14(?:1|70)[ ,-]+(?=[(+0])', '<>', 'g'), ' / ', '<>', 'g'), '(?<![0-9][ ._-]?)((?:(?:0?0?[ ,.;|=/\\()_-]{0,3}44[ ,.;|=/\\()_-]{0,3}0?|0)[ ,.;|=/\\()_-]{0,3}(?=[1-9])|(?=[17]|2[03489]))(?:[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{6}|[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}|[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{4}|[0-9]{2}[ ,.;|=/\\()_-]{0,3}[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{4}|[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{5}|[0-9]{5}[ ,.;|=/\\()_-]{0,3}[0-9]{4}|[0-9]{1}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}))(?![ ._-]?[0-9])', 'g') with ordinality f(r, nth)) p) n where national ~ '^(?:[1-9][0-9]{9}|1(?:2(?:0(?:46[1-4]|87[2-9])|545[1-79]|76(?:2\d|3[1-8]|6[1-6])|9(?:7(?:2[0-4]|3[2-5])|8(?:2[2-8]|7[0-47-9]|8[3-5])))|3(?:6(?:38[2-5]|47[23])|8(?:47[04-9]|64[0157-9]))|4(?:044[1-7]|20(?:2[23]|8\d)|6(?:0(?:30|5[2-57]|6[1-8]|7[2-8])|140)|8(?:052|87[1-3]))|5(?:2(?:4(?:3[2-79]|6\d)|76\d)|6(?:26[06-9]|686))|6(?:06(?:4\d|7[4-79])|295[5-7]|35[34]\d|47(?:24|61)|59(?:5[08]|6[67]|74)|9(?:55[0-4]|77[23]))|7(?:26(?:6[13-9]|7[0-7])|(?:442|688)\d|50(?:2[0-3]|[3-68]2|76))|8(?:27[56]\d|37(?:5[2-5]|8[239])|843[2-58])|9(?:0(?:0(?:6[1-8]|85)|52\d)|3583|4(?:66[1-8]|9(?:2[01]|81))|63(?:23|3[1-4])|9561))\d{3})$' order by nth, place)) with ordinality f(n, nth) group by n order by min(nth)) end
            from (select array(
                select mark || '+44' || national from (select mark, regexp_replace(regexp_replace(number, '[^0-9]', '', 'g'), '^(?:0?0?44)?0?', '') as national, nth, place
                  from (select case when found.r[2] ~ '^[^a-z0-9]*(x|xt|ext|extn|extension|#)[^a-z0-9]*$' then 'x' else '' end as mark, number, found.nth, place
                    from regexp_matches(regexp_replace("p_1", '(^|[^0-9])[0-9][):.]\s+(?=[+(0])', '\1;', 'g'), '(\+?[0-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9])*)([^0-9+]*)', 'g') with ordinality found(r, nth),
                    unnest(regexp_match(ltrim(found.r[1], '+'), '^((?:0[][ (){}._*~:''"\t\r\n-]*0[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|0)[][ (){}._*~:''"\t\r\n-]*[1-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9]){8,9})(?:[][ (){}._*~:''"\t\r\n-]*[\s-][][ (){}._*~:''"\t\r\n-]*((?:0[][ (){}._*~:''"\t\r\n-]*0[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|0)[][ (){}._*~:''"\t\r\n-]*[1-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9]){8,9}))?(?:[][ (){}._*~:''"\t\r\n-]*[\s-][][ (){}._*~:''"\t\r\n-]*((?:0[][ (){}._*~:''"\t\r\n-]*0[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|0)[][ (){}._*~:''"\t\r\n-]*[1-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9]){8,9}))?$'))
                    with ordinality part(number, place) where number is not null) p) n where national ~ '^(?:[1-9][0-9]{9}|1(?:2(?:0(?:46[1-4]|87[2-9])|545[1-79]|76(?:2\d|3[1-8]|6[1-6])|9(?:7(?:2[0-4]|3[2-5])|8(?:2[2-8]|7[0-47-9]|8[3-5])))|3(?:6(?:38[2-5]|47[23])|8(?:47[04-9]|64[0157-9]))|4(?:044[1-7]|20(?:2[23]|8\d)|6(?:0(?:30|5[2-57]|6[1-8]|7[2-8])|140)|8(?:052|87[1-3]))|5(?:2(?:4(?:3[2-79]|6\d)|76\d)|6(?:26[06-9]|686))|6(?:06(?:4\d|7[4-79])|295[5-7]|35[34]\d|47(?:24|61)|59(?:5[08]|6[67]|74)|9(?:55[0-4]|77[23]))|7(?:26(?:6[13-9]|7[0-7])|(?:442|688)\d|50(?:2[0-3]|[3-68]2|76))|8(?:27[56]\d|37(?:5[2-5]|8[239])|843[2-58])|9(?:0(?:0(?:6[1-8]|85)|52\d)|3583|4(?:66[1-8]|9(?:2[01]|81))|63(?:23|3[1-4])|9561))\d{3})$' order by nth, place) as m offset 0) plainly) end as "m_1",
          case when "w_2" is null and length("p_2") > 9 then (select case
            when cardinality(m) > 0 and length(regexp_replace("p_2", '[^0-9]+', '', 'g')) < 11 * cardinality(m) + 9 then m
            else array(select n from unnest(m || array(
                  select mark || '+44' || national from (select mark, regexp_replace(regexp_replace(number, '[^0-9]', '', 'g'), '^(?:0?0?44)?0?', '') as national, nth, place
                    from (select 'x' as mark, r[1] as number, nth, 1 as place
                      from regexp_matches(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(replace("p_2", '%2b', '+'), '&[#a-z0-9]+;|%20|_x000d_', ' ', 'g'), '(?:\+|(?<![0-9])00)[ (]*(?!4 ?4|[0(])[1-9](?:[ .()-]{0,2}[0-9]){6,14}', '<>', 'g'), '(?<=[0-9]o*)o(?![a-np-z])|(?<=[0-9][ -]?o*)o(?=[ilo]+[0-9])|(?<![a-np-z])o(?=o*[0-9])', '0', 'g'), '(?<=[0-9][ -]?[il]*)[il](?=[il]*[0-9])', '1', 'g'), '([1-9])\.([0-9]{9,11})e\+?[0-9]{1,2}(?![0-9])', '\1\2', 'g'), '([0-9]{9})\.0+(?![0-9])', '\1', 'g'), '((?<![0-9] *)(?:\+?(?:00)? ?44 ?(?:\(0\) ?)?|0)[1-9][0-9]{1,4}\)?) / (?=[0-9]{3,4} ?[0-9]{3,4}(?! ?[0-9]))', '\1 ', 'g'), '(?<![0-9/.-])(?:[0-3]?[0-9][/.-][01]?[0-9][/.-](?:[0-9]{4}|[0-9]{2})|20[0-9]{2}-[01][0-9]-[0-3][0-9]|[0-9]+(?:/[0-9]+)+)(?![0-9/])|(?<![0-9])[0-3]?[0-9](?:st|nd|rd|th)?\s+(?:of\s+)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*(?:\s+(?:20)?[0-9]{2})?(?![0-9])|\m(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\s+20[0-9]{2}(?![0-9])|(?<![0-9])[0-9]{1,4}\s*(?:[ap]\.?m|hrs?|hours?|h|x|calls?|times?|attempts?|rings?|mins?|minutes?|days?|weeks?|st|nd|rd|th)\M|(?<![0-9])(?:[01]?[0-9]|2[0-4])[:.][0-5][0-9](?![0-9])|(?<![0-9][._-]?)(?:[01]?[0-9]|2[0-4])(?:[0-5][0-9])?\s*(?:-|/|to|till?|until|and)\s*(?:[01]?[0-9]|2[0-4])(?:[0-5][0-9])?(?![0-9])|(?<=[a-z#]\s?)[0-9](?![0-9])|(?<![0-9])14(?:1|70)[ ,-]+(?=[(+0])', '<>', 'g'), ' / ', '<>', 'g'), '(?<![0-9][ ._-]?)((?:(?:0?0?[ ,.;|=/\\()_-]{0,3}44[ ,.;|=/\\()_-]{0,3}0?|0)[ ,.;|=/\\()_-]{0,3}(?=[1-9])|(?=[17]|2[03489]))(?:[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{6}|[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}|[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{4}|[0-9]{2}[ ,.;|=/\\()_-]{0,3}[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{4}|[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{5}|[0-9]{5}[ ,.;|=/\\()_-]{0,3}[0-9]{4}|[0-9]{1}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}))(?![ ._-]?[0-9])', 'g') with ordinality f(r, nth)) p) n where national ~ '^(?:[1-9][0-9]{9}|1(?:2(?:0(?:46[1-4]|87[2-9])|545[1-79]|76(?:2\d|3[1-8]|6[1-6])|9(?:7(?:2[0-4]|3[2-5])|8(?:2[2-8]|7[0-47-9]|8[3-5])))|3(?:6(?:38[2-5]|47[23])|8(?:47[04-9]|64[0157-9]))|4(?:044[1-7]|20(?:2[23]|8\d)|6(?:0(?:30|5[2-57]|6[1-8]|7[2-8])|140)|8(?:052|87[1-3]))|5(?:2(?:4(?:3[2-79]|6\d)|76\d)|6(?:26[06-9]|686))|6(?:06(?:4\d|7[4-79])|295[5-7]|35[34]\d|47(?:24|61)|59(?:5[08]|6[67]|74)|9(?:55[0-4]|77[23]))|7(?:26(?:6[13-9]|7[0-7])|(?:442|688)\d|50(?:2[0-3]|[3-68]2|76))|8(?:27[56]\d|37(?:5[2-5]|8[239])|843[2-58])|9(?:0(?:0(?:6[1-8]|85)|52\d)|3583|4(?:66[1-8]|9(?:2[01]|81))|63(?:23|3[1-4])|9561))\d{3})$' order by nth, place)) with ordinality f(n, nth) group by n order by min(nth)) end
            from (select array(
                select mark || '+44' || national from (select mark, regexp_replace(regexp_replace(number, '[^0-9]', '', 'g'), '^(?:0?0?44)?0?', '') as national, nth, place
                  from (select case when found.r[2] ~ '^[^a-z0-9]*(x|xt|ext|extn|extension|#)[^a-z0-9]*$' then 'x' else '' end as mark, number, found.nth, place
                    from regexp_matches(regexp_replace("p_2", '(^|[^0-9])[0-9][):.]\s+(?=[+(0])', '\1;', 'g'), '(\+?[0-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9])*)([^0-9+]*)', 'g') with ordinality found(r, nth),
                    unnest(regexp_match(ltrim(found.r[1], '+'), '^((?:0[][ (){}._*~:''"\t\r\n-]*0[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|0)[][ (){}._*~:''"\t\r\n-]*[1-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9]){8,9})(?:[][ (){}._*~:''"\t\r\n-]*[\s-][][ (){}._*~:''"\t\r\n-]*((?:0[][ (){}._*~:''"\t\r\n-]*0[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|0)[][ (){}._*~:''"\t\r\n-]*[1-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9]){8,9}))?(?:[][ (){}._*~:''"\t\r\n-]*[\s-][][ (){}._*~:''"\t\r\n-]*((?:0[][ (){}._*~:''"\t\r\n-]*0[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|0)[][ (){}._*~:''"\t\r\n-]*[1-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9]){8,9}))?$'))
                    with ordinality part(number, place) where number is not null) p) n where national ~ '^(?:[1-9][0-9]{9}|1(?:2(?:0(?:46[1-4]|87[2-9])|545[1-79]|76(?:2\d|3[1-8]|6[1-6])|9(?:7(?:2[0-4]|3[2-5])|8(?:2[2-8]|7[0-47-9]|8[3-5])))|3(?:6(?:38[2-5]|47[23])|8(?:47[04-9]|64[0157-9]))|4(?:044[1-7]|20(?:2[23]|8\d)|6(?:0(?:30|5[2-57]|6[1-8]|7[2-8])|140)|8(?:052|87[1-3]))|5(?:2(?:4(?:3[2-79]|6\d)|76\d)|6(?:26[06-9]|686))|6(?:06(?:4\d|7[4-79])|295[5-7]|35[34]\d|47(?:24|61)|59(?:5[08]|6[67]|74)|9(?:55[0-4]|77[23]))|7(?:26(?:6[13-9]|7[0-7])|(?:442|688)\d|50(?:2[0-3]|[3-68]2|76))|8(?:27[56]\d|37(?:5[2-5]|8[239])|843[2-58])|9(?:0(?:0(?:6[1-8]|85)|52\d)|3583|4(?:66[1-8]|9(?:2[01]|81))|63(?:23|3[1-4])|9561))\d{3})$' order by nth, place) as m offset 0) plainly) end as "m_2"
          from (select l.*,
            case when key_missing then 'KEY_MISSING' when not "g_c_born_on" then $3::text when not "g_c_left_on" then $4::text when not "g_c_attempts" then $5::text when not "g_c_deceased" then $6::text when "v_c_left_on" < date '1900-01-01' or "v_c_left_on" >= date '2200-01-01' then $7::text  end as "code",
            case
            when translate("d_1", '6789012345', '') <> '' then null
            when length("d_1") = 11 and substr("d_1", 1, 1) = '0' and substr("d_1", 2, 1) <> '0' then '+44' || substr("d_1", 2)
            when length("d_1") = 12 and left("d_1", 2) = '44' and substr("d_1", 3, 1) <> '0' then '+' || "d_1"
            when length("d_1") = 13 and left("d_1", 3) = '440' and substr("d_1", 4, 1) <> '0' then '+44' || substr("d_1", 4)
            when length("d_1") = 14 and left("d_1", 4) = '0044' and substr("d_1", 5, 1) <> '0' then '+' || substr("d_1", 3)
            when length("d_1") = 15 and left("d_1", 5) = '00440' and substr("d_1", 6, 1) <> '0' then '+44' || substr("d_1", 6)
            end as "w_1",
            case
            when translate("d_2", '6789012345', '') <> '' then null
            when length("d_2") = 11 and substr("d_2", 1, 1) = '0' and substr("d_2", 2, 1) <> '0' then '+44' || substr("d_2", 2)
            when length("d_2") = 12 and left("d_2", 2) = '44' and substr("d_2", 3, 1) <> '0' then '+' || "d_2"
            when length("d_2") = 13 and left("d_2", 3) = '440' and substr("d_2", 4, 1) <> '0' then '+44' || substr("d_2", 4)
            when length("d_2") = 14 and left("d_2", 4) = '0044' and substr("d_2", 5, 1) <> '0' then '+' || substr("d_2", 3)
            when length("d_2") = 15 and left("d_2", 5) = '00440' and substr("d_2", 6, 1) <> '0' then '+44' || substr("d_2", 6)
            end as "w_2",
            case when "c_resident_ref" ~ '[^A-Za-z0-9/._-]' and (length("r_1") > 15 or "c_resident_ref" ~ '[A-Za-z]{3}|[^A-Za-z0-9/\\._ -]| [/-] ')
            or length("r_1") > 18 then array(
              select p.part from (select regexp_replace(regexp_replace(upper(case when octet_length("c_resident_ref") = length("c_resident_ref") then "c_resident_ref"
                      else translate(normalize(translate(translate("c_resident_ref", E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKC), '١٢٣٤٥٦٧٨٩٠۱۲۳۴۵۶۷۸۹۰१२३४५६७८९०১২৩৪৫৬৭৮৯০੧੨੩੪੫੬੭੮੯੦૧૨૩૪૫૬૭૮૯૦୧୨୩୪୫୬୭୮୯୦௧௨௩௪௫௬௭௮௯௦౧౨౩౪౫౬౭౮౯౦೧೨೩೪೫೬೭೮೯೦൧൨൩൪൫൬൭൮൯൦๑๒๓๔๕๖๗๘๙๐໑໒໓໔໕໖໗໘໙໐༡༢༣༤༥༦༧༨༩༠၁၂၃၄၅၆၇၈၉၀១២៣៤៥៦៧៨៩០᠑᠒᠓᠔᠕᠖᠗᠘᠙᠐', '12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890') end collate "C"), '[ \t\u00a0]+', ' ', 'g'), '(?<![0-9/.-])[0-3]?[0-9](?:ST|ND|RD|TH)? +(?:OF +)?(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)[A-Z]*(?: +(?:20)?[0-9]{2})?(?![0-9])', ';', 'g') as whole offset 0) given,
              lateral (values (1, regexp_replace(whole, '([A-Z0-9]) ?([/\\.-]) ?(?=[0-9])', '\1\2', 'g')), (2, regexp_replace(whole, ' [/-] ', ';', 'g'))) v(view, seen),
              lateral regexp_matches(seen, '((?:\m[A-Z]{1,4} )?)([A-Z/\\._-]*[0-9][A-Z0-9/\\._-]*(?: [A-Z/\\._-]*[0-9][A-Z0-9/\\._-]*)*)', 'g') with ordinality found(r, nth),
              lateral (select r[1] || r[2] as text union all select r[2] union all
                select c from regexp_split_to_table(r[2], ' ') c where c ~ '[/\\._-].*[0-9]' or length(c) > 7 union all
                select regexp_split_to_table(c, '[/\\-]') from regexp_split_to_table(r[2], ' ') c where length(c) > 18 and c ~ '^[A-Z0-9]{9,}(?:[/\\-][A-Z0-9]{9,})+$') cut,
              lateral (values (regexp_replace(cut.text, '[^A-Z0-9]+', '', 'g')), (regexp_replace(regexp_replace(cut.text, '[^A-Z0-9]+', '', 'g'), '^(?:URN|CRN|REFERENCE|REFS?|CRIME|CASE|INCIDENT|OCCURRENCE|REPORT|INVESTIGATION|UNIQUE|NUMBERS?|NUM|NO|NR|ID|LOG|CAD|NICHE|IS|THE|MY|OUR|YOUR|POLICE|INC|OCC|RE|CN|CR|CRI)+(?=[A-Z]{0,4}[0-9])', ''))) p(part)
              where length(p.part) >= 6 group by p.part order by min(array[view, nth]), length(p.part)) || regexp_replace("r_1", '^(?:URN|CRN|REFERENCE|REFS?|CRIME|CASE|INCIDENT|OCCURRENCE|REPORT|INVESTIGATION|UNIQUE|NUMBERS?|NUM|NO|NR|ID|LOG|CAD|NICHE|IS|THE|MY|OUR|YOUR|POLICE|INC|OCC|RE|CN|CR|CRI)+(?=[A-Z]{0,4}[0-9])', '')
            when left("r_1", 1) in ('C', 'I', 'L', 'M', 'N', 'O', 'P', 'R', 'T', 'U', 'Y') then array[regexp_replace("r_1", '^(?:URN|CRN|REFERENCE|REFS?|CRIME|CASE|INCIDENT|OCCURRENCE|REPORT|INVESTIGATION|UNIQUE|NUMBERS?|NUM|NO|NR|ID|LOG|CAD|NICHE|IS|THE|MY|OUR|YOUR|POLICE|INC|OCC|RE|CN|CR|CRI)+(?=[A-Z]{0,4}[0-9])', '')] end as "l_1"
            from (select l.*,
              case when "g_c_born_on" then case when not ("c_born_on"::date <= date '1900-01-01' or "c_born_on"::date = date '1901-01-01') then "c_born_on"::date end end as "v_c_born_on",
              case when "g_c_district" then "c_district" end as "v_c_district",
              case when "g_c_left_on" then "c_left_on"::date end as "v_c_left_on",
              case when "g_c_attempts" then "c_attempts"::bigint end as "v_c_attempts",
              case when "g_c_deceased" then lower("c_deceased") in ('true', 't', 'yes', 'y', '1') end as "v_c_deceased",
              translate(replace("p_1", ' / ', ';'), ' ()-.+/', '') as "d_1",
              translate(replace("p_2", ' / ', ';'), ' ()-.+/', '') as "d_2",
              case when ascii("s_1") between ascii('1') and ascii('9') or "s_1" <> all ('{NK,NOTKNOWN,UNKNOWN,NA,NOTAPPLICABLE,NONE,NIL,NOTGIVEN,NOTSTATED,NOTRECORDED,NOTPROVIDED,NOTYETKNOWN,NOREF,NOREFERENCE,TBA,TBC,PENDING}') and translate("s_1", '0', '') <> '' then "s_1" end as "r_1"
              from (select l.*,
                case when "c_born_on" ~ '^[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' then substr("c_born_on", 9, 2)::integer <= case
                when substr("c_born_on", 6, 2) in ('04', '06', '09', '11') then 30
                when substr("c_born_on", 6, 2) <> '02' then 31
                when substr("c_born_on", 1, 4)::integer % 400 = 0 then 29
                when substr("c_born_on", 1, 4)::integer % 100 = 0 then 28
                when substr("c_born_on", 1, 4)::integer % 4 = 0 then 29
                else 28 end when "c_born_on" is not null then false end as "g_c_born_on",
                true as "g_c_district",
                case when "c_left_on" ~ '^[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' then substr("c_left_on", 9, 2)::integer <= case
                when substr("c_left_on", 6, 2) in ('04', '06', '09', '11') then 30
                when substr("c_left_on", 6, 2) <> '02' then 31
                when substr("c_left_on", 1, 4)::integer % 400 = 0 then 29
                when substr("c_left_on", 1, 4)::integer % 100 = 0 then 28
                when substr("c_left_on", 1, 4)::integer % 4 = 0 then 29
                else 28 end when "c_left_on" is not null then false end as "g_c_left_on",
                "c_attempts" ~ '^[+-]?[0-9]{1,18}$' as "g_c_attempts",
                lower("c_deceased") in ('true', 'false', 't', 'f', 'yes', 'no', 'y', 'n', '1', '0') as "g_c_deceased",
                lower(case when octet_length("c_phone_mobile") = length("c_phone_mobile") then "c_phone_mobile"
                  else translate(normalize(translate(translate("c_phone_mobile", E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKC), '١٢٣٤٥٦٧٨٩٠۱۲۳۴۵۶۷۸۹۰१२३४५६७८९०১২৩৪৫৬৭৮৯০੧੨੩੪੫੬੭੮੯੦૧૨૩૪૫૬૭૮૯૦୧୨୩୪୫୬୭୮୯୦௧௨௩௪௫௬௭௮௯௦౧౨౩౪౫౬౭౮౯౦೧೨೩೪೫೬೭೮೯೦൧൨൩൪൫൬൭൮൯൦๑๒๓๔๕๖๗๘๙๐໑໒໓໔໕໖໗໘໙໐༡༢༣༤༥༦༧༨༩༠၁၂၃၄၅၆၇၈၉၀១២៣៤៥៦៧៨៩០᠑᠒᠓᠔᠕᠖᠗᠘᠙᠐', '12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890') end collate "C") as "p_1",
                lower(case when octet_length("c_phone_home") = length("c_phone_home") then "c_phone_home"
                  else translate(normalize(translate(translate("c_phone_home", E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKC), '١٢٣٤٥٦٧٨٩٠۱۲۳۴۵۶۷۸۹۰१२३४५६७८९०১২৩৪৫৬৭৮৯০੧੨੩੪੫੬੭੮੯੦૧૨૩૪૫૬૭૮૯૦୧୨୩୪୫୬୭୮୯୦௧௨௩௪௫௬௭௮௯௦౧౨౩౪౫౬౭౮౯౦೧೨೩೪೫೬೭೮೯೦൧൨൩൪൫൬൭൮൯൦๑๒๓๔๕๖๗๘๙๐໑໒໓໔໕໖໗໘໙໐༡༢༣༤༥༦༧༨༩༠၁၂၃၄၅၆၇၈၉၀១២៣៤៥៦៧៨៩០᠑᠒᠓᠔᠕᠖᠗᠘᠙᠐', '12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890') end collate "C") as "p_2",
                nullif(case when "c_resident_ref" !~ '[^A-Z0-9/ -]' then translate("c_resident_ref", '/ -', '')
                  else regexp_replace(upper(case when octet_length("c_resident_ref") = length("c_resident_ref") then "c_resident_ref"
                      else translate(normalize(translate(translate("c_resident_ref", E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKC), '١٢٣٤٥٦٧٨٩٠۱۲۳۴۵۶۷۸۹۰१२३४५६७८९०১২৩৪৫৬৭৮৯০੧੨੩੪੫੬੭੮੯੦૧૨૩૪૫૬૭૮૯૦୧୨୩୪୫୬୭୮୯୦௧௨௩௪௫௬௭௮௯௦౧౨౩౪౫౬౭౮౯౦೧೨೩೪೫೬೭೮೯೦൧൨൩൪൫൬൭൮൯൦๑๒๓๔๕๖๗๘๙๐໑໒໓໔໕໖໗໘໙໐༡༢༣༤༥༦༧༨༩༠၁၂၃၄၅၆၇၈၉၀១២៣៤៥៦៧៨៩០᠑᠒᠓᠔᠕᠖᠗᠘᠙᠐', '12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890') end collate "C"), '[^A-Z0-9]+', '', 'g') end, '') as "s_1"
                from (select l.* from (select array[a."c_resident_ref"]::text[] as key,
                    (nullif(btrim(a."c_resident_ref", E' \t\r\n\u00a0'), '') is null) as key_missing,
                    nullif(btrim(a."c_resident_ref", E' \t\r\n\u00a0'), '') as "c_resident_ref",
                    case when nullif(btrim(a."c_born_on", E' \t\r\n\u00a0'), '') = any ($8::text[]) then null else nullif(btrim(a."c_born_on", E' \t\r\n\u00a0'), '') end as "c_born_on",
                    nullif(btrim(a."c_district", E' \t\r\n\u00a0'), '') as "c_district",
                    nullif(btrim(a."c_left_on", E' \t\r\n\u00a0'), '') as "c_left_on",
                    nullif(btrim(a."c_attempts", E' \t\r\n\u00a0'), '') as "c_attempts",
                    nullif(btrim(a."c_deceased", E' \t\r\n\u00a0'), '') as "c_deceased",
                    nullif(btrim(a."c_phone_mobile", E' \t\r\n\u00a0'), '') as "c_phone_mobile",
                    nullif(btrim(a."c_phone_home", E' \t\r\n\u00a0'), '') as "c_phone_home",
                    nullif(btrim(a."c_forename", E' \t\r\n\u00a0'), '') as "c_forename",
                    nullif(btrim(a."c_surname", E' \t\r\n\u00a0'), '') as "c_surname",
                    nullif(btrim(a."c_postcode", E' \t\r\n\u00a0'), '') as "c_postcode"
                    from arrived a offset 0) l where (l.key in (select d.key from (select e.k ->> 0 as "k1", array[e.k ->> 0] as key
                        from json_array_elements($9::json) e(k)) d)) is true
                  and (l.key in (select array[a."c_resident_ref"]::text[] from arrived a group by 1 having count(*) = 1)) is true offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) t
    left join (select l.*,
      nullif(split_part(split_part(fore, '&', 1), ' ', 1), '') as "fore_first",
      nullif(case when "sur_plain" then "sur" else translate(sur, ' _', '') end, '') as "sur_all",
      case when not octet_length(fore) = length(fore) then nullif(translate(replace(replace(replace(replace(replace(replace(replace(translate(fore, 'ƁƂƄƆƇƉƊƋƎƏƐƑƓƔƖƗƘƜƝƟƢƤƦƧƩƬƮƱƲƳƵƷƸƼǤǶǷȜȠȢȤȺȻȽȾɁɃɄɅɆɈɊɌɎͰͲͶͿΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩϏϘϚϜϞϠϢϤϦϨϪϬϮϷϺϽϾϿЂЄЅІЈЉЊЋЏАБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯѠѢѤѦѨѪѬѮѰѲѴѸѺѼѾҀҊҌҎҐҒҔҖҘҚҜҞҠҢҤҦҨҪҬҮҰҲҴҶҸҺҼҾӀӃӅӇӉӋӍӔӘӠӨӶӺӼӾԀԂԄԆԈԊԌԎԐԒԔԖԘԚԜԞԠԢԤԦԨԪԬԮԱԲԳԴԵԶԷԸԹԺԻԼԽԾԿՀՁՂՃՄՅՆՇՈՉՊՋՌՍՎՏՐՑՒՓՔՕՖᲐᲑᲒᲓᲔᲕᲖᲗᲘᲙᲚᲛᲜᲝᲞᲟᲠᲡᲢᲣᲤᲥᲦᲧᲨᲩᲪᲫᲬᲭᲮᲯᲰᲱᲲᲳᲴᲵᲶᲷᲸᲹᲺᲽᲾᲿςىیکةہھٱְֱֲֳִֵֶַָֹֺֻּֽ֑֖֛֢֣֤֥֦֧֪֚֭֮֒֓֔֕֗֘֙֜֝֞֟֠֡֨֩֫֬֯־ֿ׀ׁׂ׃ׅׄ׆ׇؘؙؚؐؑؒؓؔؕؖؗـًٌٍَُِّْٰٕٖٜٟٓٔٗ٘ٙٚٛٝٞ“”„‟«»‹›', 'ɓƃƅɔƈɖɗƌǝəɛƒɠɣɩɨƙɯɲɵƣƥʀƨʃƭʈʊʋƴƶʒƹƽǥƕƿȝƞȣȥⱥȼƚⱦɂƀʉʌɇɉɋɍɏͱͳͷϳαβγδεζηθικλμνξοπρστυφχψωϗϙϛϝϟϡϣϥϧϩϫϭϯϸϻͻͼͽђєѕіјљњћџабвгдежзиклмнопрстуфхцчшщъыьэюяѡѣѥѧѩѫѭѯѱѳѵѹѻѽѿҁҋҍҏґғҕҗҙқҝҟҡңҥҧҩҫҭүұҳҵҷҹһҽҿӏӄӆӈӊӌӎӕәӡөӷӻӽӿԁԃԅԇԉԋԍԏԑԓԕԗԙԛԝԟԡԣԥԧԩԫԭԯաբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆაბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰჱჲჳჴჵჶჷჸჹჺჽჾჿσييكههها'), 'ου', 'ou'), 'αυ', 'av'), 'ευ', 'ev'), 'γγ', 'ng'), 'θ', 'th'), 'χ', 'ch'), 'ψ', 'ps'),
          'αβγδεζηικλμνξοπρστυφω', 'avgdeziiklmnxoprstyfo'), fore) end as "fore_folded",
      case when not octet_length(sur) = length(sur) then nullif(translate(replace(replace(replace(replace(replace(replace(replace(translate(sur, 'ƁƂƄƆƇƉƊƋƎƏƐƑƓƔƖƗƘƜƝƟƢƤƦƧƩƬƮƱƲƳƵƷƸƼǤǶǷȜȠȢȤȺȻȽȾɁɃɄɅɆɈɊɌɎͰͲͶͿΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩϏϘϚϜϞϠϢϤϦϨϪϬϮϷϺϽϾϿЂЄЅІЈЉЊЋЏАБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯѠѢѤѦѨѪѬѮѰѲѴѸѺѼѾҀҊҌҎҐҒҔҖҘҚҜҞҠҢҤҦҨҪҬҮҰҲҴҶҸҺҼҾӀӃӅӇӉӋӍӔӘӠӨӶӺӼӾԀԂԄԆԈԊԌԎԐԒԔԖԘԚԜԞԠԢԤԦԨԪԬԮԱԲԳԴԵԶԷԸԹԺԻԼԽԾԿՀՁՂՃՄՅՆՇՈՉՊՋՌՍՎՏՐՑՒՓՔՕՖᲐᲑᲒᲓᲔᲕᲖᲗᲘᲙᲚᲛᲜᲝᲞᲟᲠᲡᲢᲣᲤᲥᲦᲧᲨᲩᲪᲫᲬᲭᲮᲯᲰᲱᲲᲳᲴᲵᲶᲷᲸᲹᲺᲽᲾᲿςىیکةہھٱְֱֲֳִֵֶַָֹֺֻּֽ֑֖֛֢֣֤֥֦֧֪֚֭֮֒֓֔֕֗֘֙֜֝֞֟֠֡֨֩֫֬֯־ֿ׀ׁׂ׃ׅׄ׆ׇؘؙؚؐؑؒؓؔؕؖؗـًٌٍَُِّْٰٕٖٜٟٓٔٗ٘ٙٚٛٝٞ“”„‟«»‹›', 'ɓƃƅɔƈɖɗƌǝəɛƒɠɣɩɨƙɯɲɵƣƥʀƨʃƭʈʊʋƴƶʒƹƽǥƕƿȝƞȣȥⱥȼƚⱦɂƀʉʌɇɉɋɍɏͱͳͷϳαβγδεζηθικλμνξοπρστυφχψωϗϙϛϝϟϡϣϥϧϩϫϭϯϸϻͻͼͽђєѕіјљњћџабвгдежзиклмнопрстуфхцчшщъыьэюяѡѣѥѧѩѫѭѯѱѳѵѹѻѽѿҁҋҍҏґғҕҗҙқҝҟҡңҥҧҩҫҭүұҳҵҷҹһҽҿӏӄӆӈӊӌӎӕәӡөӷӻӽӿԁԃԅԇԉԋԍԏԑԓԕԗԙԛԝԟԡԣԥԧԩԫԭԯաբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆაბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰჱჲჳჴჵჶჷჸჹჺჽჾჿσييكههها'), 'ου', 'ou'), 'αυ', 'av'), 'ευ', 'ev'), 'γγ', 'ng'), 'θ', 'th'), 'χ', 'ch'), 'ψ', 'ps'),
          'αβγδεζηικλμνξοπρστυφω', 'avgdeziiklmnxoprstyfo'), sur) end as "sur_folded"
      from (select l.*,
        case when fore_plain and not fore_0 = any ('{mr,mrs,ms,miss,mx,messrs,mstr,master,mister,missus,dr,doctor,prof,professor,rev,revd,reverend,fr,sir,dame,lady,lord,cllr,rt hon,the,ven,mme,mlle,madam,smt,shri,unknown,not known,n/k,n/a,not given,not stated,not recorded,not provided,name unknown,name not known,no name,unnamed,anonymous,withheld,unknown male,unknown female}') and sur_0 is not null then case when case when (fore_0 like '%ae%' or fore_0 like '%oe%' or fore_0 like '%ue%' or fore_0 like '%aa%') then regexp_replace(replace(fore_0, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else fore_0 end like '%mac%' then regexp_replace(case when (fore_0 like '%ae%' or fore_0 like '%oe%' or fore_0 like '%ue%' or fore_0 like '%aa%') then regexp_replace(replace(fore_0, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else fore_0 end, '\mmac(?=[a-z]{3})', 'mc', 'g') else case when (fore_0 like '%ae%' or fore_0 like '%oe%' or fore_0 like '%ue%' or fore_0 like '%aa%') then regexp_replace(replace(fore_0, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else fore_0 end end else (select case when not w.x = any ('{unknown,not known,n/k,n/a,not given,not stated,not recorded,not provided,name unknown,name not known,no name,unnamed,anonymous,withheld,unknown male,unknown female}') then case when case when (w.x like '%ae%' or w.x like '%oe%' or w.x like '%ue%' or w.x like '%aa%') then regexp_replace(replace(w.x, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else w.x end like '%mac%' then regexp_replace(case when (w.x like '%ae%' or w.x like '%oe%' or w.x like '%ue%' or w.x like '%aa%') then regexp_replace(replace(w.x, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else w.x end, '\mmac(?=[a-z]{3})', 'mc', 'g') else case when (w.x like '%ae%' or w.x like '%oe%' or w.x like '%ue%' or w.x like '%aa%') then regexp_replace(replace(w.x, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else w.x end end end from (select (select (select case when w.x like '% %' and w.x ~ '&|\m(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri|det|detective|wo|p ?c|wpc|[dw][csi]|dci|insp|inspector|chief|supt|superintendent|constable|sgt|sergeant|ssgt|l cpl|lcpl|cpl|corporal|pte|private|spr|gnr|lt|lieutenant|capt|captain|maj|col|colonel|brig|brigadier|gen|general|flt|flight|sqn|squadron|ldr|leader|wg|wing|cdr|cmdr|commander|adm|admiral|pastor|rabbi|imam|father|sister|nurse|councillor|baroness|hon|major|canon|bishop|deacon|judge|justice|baron|brother|sheikh|hajji|haji|and|or|aka|alias|known|called)\M' or w.x like '%&%' then btrim(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(w.x, '\m(?:and|or|aka|alias|known as|called)\M', '&', 'g'), ' ?& ?', '&', 'g'), '(^|&)(?:(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri)(?: |(?=&)|$)|(?:det|detective|wo|p ?c|wpc|[dw][csi]|dci|insp|inspector|chief|supt|superintendent|constable|sgt|sergeant|ssgt|l cpl|lcpl|cpl|corporal|pte|private|spr|gnr|lt|lieutenant|capt|captain|maj|col|colonel|brig|brigadier|gen|general|flt|flight|sqn|squadron|ldr|leader|wg|wing|cdr|cmdr|commander|adm|admiral|pastor|rabbi|imam|father|sister|nurse|councillor|baroness|hon) (?=[a-z]))+', '\1', 'g'), '(^|&)((?:major|canon|bishop|deacon|judge|justice|baron|brother|sheikh|hajji|haji) )([^&]+)', '\1\2\3&\3', 'g'), '(^|&)(?:(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri)(?: |(?=&)|$)|(?:det|detective|wo|p ?c|wpc|[dw][csi]|dci|insp|inspector|chief|supt|superintendent|constable|sgt|sergeant|ssgt|l cpl|lcpl|cpl|corporal|pte|private|spr|gnr|lt|lieutenant|capt|captain|maj|col|colonel|brig|brigadier|gen|general|flt|flight|sqn|squadron|ldr|leader|wg|wing|cdr|cmdr|commander|adm|admiral|pastor|rabbi|imam|father|sister|nurse|councillor|baroness|hon) (?=[a-z]))+', '\1', 'g'), '&[ &]*', '&', 'g'), ' &') else w.x end from (select btrim(replace(replace(replace(case when w.x ~ '^[a-z'' -]+$' then translate(w.x, '-''', ' ') else regexp_replace(regexp_replace(translate(replace(case when w.x like '%&%;%' then regexp_replace(regexp_replace(regexp_replace(w.x, '&([a-z])(?:uml|acute|grave|circ|tilde|cedil|ring|slash|caron);', '\1', 'g'), '&amp;', '&', 'g'), '&(?:#x?[0-9a-f]+|[a-z]+);', '', 'g') else w.x end, '%27', ''), '+(",;)''`\', '&&&&&&'), '(?<=[a-z]{2}) ?/ ?(?=[a-z]{2})', '&', 'g'), '(?:(?!&)[[:space:][:punct:]+<>|^$=~])+', ' ', 'g') end, '  ', ' '), '  ', ' '), '  ', ' ')) as x offset 0) w) from (select case when (fore_0 is null or fore_0 = '' or btrim(fore_0, ' .,:;?*()[]"-') = any ('{mr,mrs,ms,miss,mx,messrs,mstr,master,mister,missus,dr,doctor,prof,professor,rev,revd,reverend,fr,sir,dame,lady,lord,cllr,rt hon,the,ven,mme,mlle,madam,smt,shri,unknown,not known,n/k,n/a,not given,not stated,not recorded,not provided,name unknown,name not known,no name,unnamed,anonymous,withheld,unknown male,unknown female}') or fore_0 ~ '^(?:(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri|and|&)(?:[ .,/]+|$|(?=&))+)+$') then case when btrim(sur_0) ~ '[^ ] ' then (select case when not btrim(w.x, ' .,:;?*()[]"-') = any ('{mr,mrs,ms,miss,mx,mister,missus,mme,mlle,dr,doctor,unknown,not known,n/k,n/a,not given,not stated,not recorded,not provided,name unknown,name not known,no name,unnamed,anonymous,withheld,unknown male,unknown female}') then w.x end from (select case when sur_0 ~ '[a-z] *,' then substr(sur_0, strpos(sur_0, ',') + 1) else regexp_replace(btrim(sur_0, ' .,;'), '[ ,]*[^ ,]+$', '') end as x offset 0) w) end
                when (sur_0 is null or sur_0 = '') then (select case when not btrim(w.x, ' .,:;?*()[]"-') = any ('{mr,mrs,ms,miss,mx,mister,missus,mme,mlle,dr,doctor,unknown,not known,n/k,n/a,not given,not stated,not recorded,not provided,name unknown,name not known,no name,unnamed,anonymous,withheld,unknown male,unknown female}') then w.x end from (select case when fore_0 ~ '[a-z] *,' then substr(fore_0, strpos(fore_0, ',') + 1) else regexp_replace(btrim(fore_0, ' .,;'), '[ ,]*[^ ,]+$', '') end as x offset 0) w) else fore_0 end as x offset 0) w) as x offset 0) w) end as "fore",
        case when btrim(sur_0, ' .,:;?*()[]"-') = any ('{unknown,not known,n/k,n/a,not given,not stated,not recorded,not provided,name unknown,name not known,no name,unnamed,anonymous,withheld,unknown male,unknown female}') then null else case when "sur_plain" then case when case when (sur_0 like '%ae%' or sur_0 like '%oe%' or sur_0 like '%ue%' or sur_0 like '%aa%') then regexp_replace(replace(sur_0, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else sur_0 end like '%mac%' then regexp_replace(case when (sur_0 like '%ae%' or sur_0 like '%oe%' or sur_0 like '%ue%' or sur_0 like '%aa%') then regexp_replace(replace(sur_0, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else sur_0 end, '\mmac(?=[a-z]{3})', 'mc', 'g') else case when (sur_0 like '%ae%' or sur_0 like '%oe%' or sur_0 like '%ue%' or sur_0 like '%aa%') then regexp_replace(replace(sur_0, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else sur_0 end end else (select case when case when (w.x like '%ae%' or w.x like '%oe%' or w.x like '%ue%' or w.x like '%aa%') then regexp_replace(replace(w.x, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else w.x end like '%mac%' then regexp_replace(case when (w.x like '%ae%' or w.x like '%oe%' or w.x like '%ue%' or w.x like '%aa%') then regexp_replace(replace(w.x, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else w.x end, '\mmac(?=[a-z]{3})', 'mc', 'g') else case when (w.x like '%ae%' or w.x like '%oe%' or w.x like '%ue%' or w.x like '%aa%') then regexp_replace(replace(w.x, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else w.x end end from (select case when (sur_0 is null or sur_0 = '') or (fore_0 is null or fore_0 = '' or btrim(fore_0, ' .,:;?*()[]"-') = any ('{mr,mrs,ms,miss,mx,messrs,mstr,master,mister,missus,dr,doctor,prof,professor,rev,revd,reverend,fr,sir,dame,lady,lord,cllr,rt hon,the,ven,mme,mlle,madam,smt,shri,unknown,not known,n/k,n/a,not given,not stated,not recorded,not provided,name unknown,name not known,no name,unnamed,anonymous,withheld,unknown male,unknown female}') or fore_0 ~ '^(?:(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri|and|&)(?:[ .,/]+|$|(?=&))+)+$') and btrim(sur_0) ~ '[^ ] ' then (select case when w.x ~ '[a-z] *,' then (select case when w.x like '% %' and w.x ~ '\m(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri|det|detective|wo|p ?c|wpc|[dw][csi]|dci|insp|inspector|chief|supt|superintendent|constable|sgt|sergeant|ssgt|l cpl|lcpl|cpl|corporal|pte|private|spr|gnr|lt|lieutenant|capt|captain|maj|col|colonel|brig|brigadier|gen|general|flt|flight|sqn|squadron|ldr|leader|wg|wing|cdr|cmdr|commander|adm|admiral|pastor|rabbi|imam|father|sister|nurse|councillor|baroness|hon|mr|mrs|ms|miss|mx|dr|esq|esquire|jr|jnr|junior|sr|snr|senior|ii|iii|mbe|obe|cbe|kbe|bem|phd|bsc|msc|md|qc|kc|jp|mp|retd|rtd|deceased|decd|nee|ne|formerly|formally|previously|prev|aka|fka|alias|known|now|was|born|maiden|name|called|as|or|and|mc|mac|o|d|l|m|n|de|del|della|der|den|des|di|da|du|dos|das|la|le|van|von|vd|bin|bint|ibn|abu|ap|ab|ter|ten|fitz|st|saint|al|el)\M' then regexp_replace(regexp_replace(regexp_replace(w.x, '^(?:(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri|det|detective|wo|p ?c|wpc|[dw][csi]|dci|insp|inspector|chief|supt|superintendent|constable|sgt|sergeant|ssgt|l cpl|lcpl|cpl|corporal|pte|private|spr|gnr|lt|lieutenant|capt|captain|maj|col|colonel|brig|brigadier|gen|general|flt|flight|sqn|squadron|ldr|leader|wg|wing|cdr|cmdr|commander|adm|admiral|pastor|rabbi|imam|father|sister|nurse|councillor|baroness|hon) )+(?=.)|(?: (?:mr|mrs|ms|miss|mx|dr|esq|esquire|jr|jnr|junior|sr|snr|senior|ii|iii|mbe|obe|cbe|kbe|bem|phd|bsc|msc|md|qc|kc|jp|mp|retd|rtd|deceased|decd))+$| (?:nee|ne|formerly|formally|previously|prev|aka|fka|alias|known|now|was|born|maiden|name|called|as|or|and)(?= )', '', 'g'), '\m(?:(s)(?:ain)?(t)|(mc|mac|o|d|l|m|n|de|del|della|der|den|des|di|da|du|dos|das|la|le|van|von|vd|bin|bint|ibn|abu|ap|ab|ter|ten|fitz)) (?=[a-z])', '\1\2\3', 'g'), '\m(al|el) (?=[a-z])', '\1_', 'g') else w.x end from (select btrim(replace(replace(replace(replace((select btrim(replace(replace(replace(case when w.x ~ '^[a-z'' -]+$' then translate(w.x, '-''', ' ') else regexp_replace(regexp_replace(translate(replace(case when w.x like '%&%;%' then regexp_replace(regexp_replace(regexp_replace(w.x, '&([a-z])(?:uml|acute|grave|circ|tilde|cedil|ring|slash|caron);', '\1', 'g'), '&amp;', '&', 'g'), '&(?:#x?[0-9a-f]+|[a-z]+);', '', 'g') else w.x end, '%27', ''), '+(",;)''`\', '&&&&&&'), '(?<=[a-z]{2}) ?/ ?(?=[a-z]{2})', '&', 'g'), '(?:(?!&)[[:space:][:punct:]+<>|^$=~])+', ' ', 'g') end, '  ', ' '), '  ', ' '), '  ', ' ')) from (select case when split_part(w.x, ',', 1) like 'm''_%' then 'mc' || substr(split_part(w.x, ',', 1), 3) else split_part(w.x, ',', 1) end as x offset 0) w), '&', ' '), '  ', ' '), '  ', ' '), '  ', ' ')) as x offset 0) w) else split_part((select case when w.x like '% %' and w.x ~ '\m(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri|det|detective|wo|p ?c|wpc|[dw][csi]|dci|insp|inspector|chief|supt|superintendent|constable|sgt|sergeant|ssgt|l cpl|lcpl|cpl|corporal|pte|private|spr|gnr|lt|lieutenant|capt|captain|maj|col|colonel|brig|brigadier|gen|general|flt|flight|sqn|squadron|ldr|leader|wg|wing|cdr|cmdr|commander|adm|admiral|pastor|rabbi|imam|father|sister|nurse|councillor|baroness|hon|mr|mrs|ms|miss|mx|dr|esq|esquire|jr|jnr|junior|sr|snr|senior|ii|iii|mbe|obe|cbe|kbe|bem|phd|bsc|msc|md|qc|kc|jp|mp|retd|rtd|deceased|decd|nee|ne|formerly|formally|previously|prev|aka|fka|alias|known|now|was|born|maiden|name|called|as|or|and|mc|mac|o|d|l|m|n|de|del|della|der|den|des|di|da|du|dos|das|la|le|van|von|vd|bin|bint|ibn|abu|ap|ab|ter|ten|fitz|st|saint|al|el)\M' then regexp_replace(regexp_replace(regexp_replace(regexp_replace(w.x, '^(?:(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri|det|detective|wo|p ?c|wpc|[dw][csi]|dci|insp|inspector|chief|supt|superintendent|constable|sgt|sergeant|ssgt|l cpl|lcpl|cpl|corporal|pte|private|spr|gnr|lt|lieutenant|capt|captain|maj|col|colonel|brig|brigadier|gen|general|flt|flight|sqn|squadron|ldr|leader|wg|wing|cdr|cmdr|commander|adm|admiral|pastor|rabbi|imam|father|sister|nurse|councillor|baroness|hon) )+(?=.)|(?: (?:mr|mrs|ms|miss|mx|dr|esq|esquire|jr|jnr|junior|sr|snr|senior|ii|iii|mbe|obe|cbe|kbe|bem|phd|bsc|msc|md|qc|kc|jp|mp|retd|rtd|deceased|decd))+$| (?:nee|ne|formerly|formally|previously|prev|aka|fka|alias|known|now|was|born|maiden|name|called|as|or|and)(?= )', '', 'g'), '\m([dlmn]) (?=[a-z]{2})', '\1_', 'g'), '\m(?:(s)(?:ain)?(t)|(mc|mac|o|d|l|m|n|de|del|della|der|den|des|di|da|du|dos|das|la|le|van|von|vd|bin|bint|ibn|abu|ap|ab|ter|ten|fitz)) (?=[a-z])', '\1\2\3', 'g'), '\m(al|el) (?=[a-z])', '\1_', 'g') else w.x end from (select btrim(replace(replace(replace(replace((select btrim(replace(replace(replace(case when w.x ~ '^[a-z'' -]+$' then translate(w.x, '-''', ' ') else regexp_replace(regexp_replace(translate(replace(case when w.x like '%&%;%' then regexp_replace(regexp_replace(regexp_replace(w.x, '&([a-z])(?:uml|acute|grave|circ|tilde|cedil|ring|slash|caron);', '\1', 'g'), '&amp;', '&', 'g'), '&(?:#x?[0-9a-f]+|[a-z]+);', '', 'g') else w.x end, '%27', ''), '+(",;)''`\', '&&&&&&'), '(?<=[a-z]{2}) ?/ ?(?=[a-z]{2})', '&', 'g'), '(?:(?!&)[[:space:][:punct:]+<>|^$=~])+', ' ', 'g') end, '  ', ' '), '  ', ' '), '  ', ' ')) from (select case when w.x like 'm''_%' then 'mc' || substr(w.x, 3) else w.x end as x offset 0) w), '&', ' '), '  ', ' '), '  ', ' '), '  ', ' ')) as x offset 0) w), ' ', -1) end from (select case when not (sur_0 is null or sur_0 = '') then sur_0 when btrim(fore_0) ~ '[^ ] ' then fore_0 end as x offset 0) w)
            else (select case when w.x like '% %' and w.x ~ '\m(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri|det|detective|wo|p ?c|wpc|[dw][csi]|dci|insp|inspector|chief|supt|superintendent|constable|sgt|sergeant|ssgt|l cpl|lcpl|cpl|corporal|pte|private|spr|gnr|lt|lieutenant|capt|captain|maj|col|colonel|brig|brigadier|gen|general|flt|flight|sqn|squadron|ldr|leader|wg|wing|cdr|cmdr|commander|adm|admiral|pastor|rabbi|imam|father|sister|nurse|councillor|baroness|hon|mr|mrs|ms|miss|mx|dr|esq|esquire|jr|jnr|junior|sr|snr|senior|ii|iii|mbe|obe|cbe|kbe|bem|phd|bsc|msc|md|qc|kc|jp|mp|retd|rtd|deceased|decd|nee|ne|formerly|formally|previously|prev|aka|fka|alias|known|now|was|born|maiden|name|called|as|or|and|mc|mac|o|d|l|m|n|de|del|della|der|den|des|di|da|du|dos|das|la|le|van|von|vd|bin|bint|ibn|abu|ap|ab|ter|ten|fitz|st|saint|al|el)\M' then regexp_replace(regexp_replace(regexp_replace(w.x, '^(?:(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri|det|detective|wo|p ?c|wpc|[dw][csi]|dci|insp|inspector|chief|supt|superintendent|constable|sgt|sergeant|ssgt|l cpl|lcpl|cpl|corporal|pte|private|spr|gnr|lt|lieutenant|capt|captain|maj|col|colonel|brig|brigadier|gen|general|flt|flight|sqn|squadron|ldr|leader|wg|wing|cdr|cmdr|commander|adm|admiral|pastor|rabbi|imam|father|sister|nurse|councillor|baroness|hon) )+(?=.)|(?: (?:mr|mrs|ms|miss|mx|dr|esq|esquire|jr|jnr|junior|sr|snr|senior|ii|iii|mbe|obe|cbe|kbe|bem|phd|bsc|msc|md|qc|kc|jp|mp|retd|rtd|deceased|decd))+$| (?:nee|ne|formerly|formally|previously|prev|aka|fka|alias|known|now|was|born|maiden|name|called|as|or|and)(?= )', '', 'g'), '\m(?:(s)(?:ain)?(t)|(mc|mac|o|d|l|m|n|de|del|della|der|den|des|di|da|du|dos|das|la|le|van|von|vd|bin|bint|ibn|abu|ap|ab|ter|ten|fitz)) (?=[a-z])', '\1\2\3', 'g'), '\m(al|el) (?=[a-z])', '\1_', 'g') else w.x end from (select btrim(replace(replace(replace(replace((select btrim(replace(replace(replace(case when w.x ~ '^[a-z'' -]+$' then translate(w.x, '-''', ' ') else regexp_replace(regexp_replace(translate(replace(case when w.x like '%&%;%' then regexp_replace(regexp_replace(regexp_replace(w.x, '&([a-z])(?:uml|acute|grave|circ|tilde|cedil|ring|slash|caron);', '\1', 'g'), '&amp;', '&', 'g'), '&(?:#x?[0-9a-f]+|[a-z]+);', '', 'g') else w.x end, '%27', ''), '+(",;)''`\', '&&&&&&'), '(?<=[a-z]{2}) ?/ ?(?=[a-z]{2})', '&', 'g'), '(?:(?!&)[[:space:][:punct:]+<>|^$=~])+', ' ', 'g') end, '  ', ' '), '  ', ' '), '  ', ' ')) from (select case when sur_0 like 'm''_%' then 'mc' || substr(sur_0, 3) else sur_0 end as x offset 0) w), '&', ' '), '  ', ' '), '  ', ' '), '  ', ' ')) as x offset 0) w) end as x offset 0) w) end end as "sur"
        from (select l.*,
          case when "fore_plain" then lower("said_fore" collate "C") else (select lower(case when octet_length(w.x) = length(w.x) then w.x else (select case when l.x !~ '[\u0400-\u04ff]' then l.x
                when l.x ~ '[A-Za-z]' then translate(l.x, 'АВЕЅІЈКМНОРСТУХаеѕіјорсух', 'ABESIJKMHOPCTYXaesijopcyx') else replace(replace(replace(replace(replace(replace(replace(replace(translate(translate(l.x, 'АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯІЄҐ', 'абвгдежзиклмнопрстуфхцчшщъыьэюяієґ'), 'абвгдезиклмнопрстуфыэієґъь', 'abvgdeziklmnoprstufyeieg'), 'ж', 'zh'), 'х', 'kh'), 'ц', 'ts'), 'ч', 'ch'), 'ш', 'sh'), 'щ', 'shch'), 'ю', 'yu'), 'я', 'ya') end
                from (select replace(replace(replace(replace(translate(
                            regexp_replace(normalize(translate(translate(case when w.x ~ '^(?:[\u0001-\u007f]|[\u00c2-\u00df][€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ ¡¢£¤¥¦§¨©ª«¬­®¯°±²³´µ¶·¸¹º»¼½¾¿]|\u00e2[€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ ¡¢£¤¥¦§¨©ª«¬­®¯°±²³´µ¶·¸¹º»¼½¾¿]{2})+$' then convert_from(convert_to(w.x, 'WIN1252'), 'UTF8') else w.x end, E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKD), '[\u0300-\u036f]', '', 'g'),
                            'ŁłØøÐðĐđĦħıÆŒÞẞŊŋ', 'LlOoDdDdHhiæœþßNn'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th') as x offset 0) l) end collate "C") from (select case when "said_fore" ~* '&(?:amp;)?#(?:0*(19[2-9]|[2-9][0-9]{2}|[1-7][0-9]{3}|[1-4][0-9]{4}|5[0-4][0-9]{3})|x0*([c-f][0-9a-f]|[1-9a-f][0-9a-f]{2}|[13-9a-c][0-9a-f]{3}));' then
              (select string_agg(m[1] || coalesce(chr(m[2]::int), chr(('x' || lpad(m[3], 8, '0'))::bit(32)::int), ''), '' order by nth) || '&' || "said_fore"
                from regexp_matches("said_fore", '(.*?)(?:&(?:amp;)?#(?:0*(19[2-9]|[2-9][0-9]{2}|[1-7][0-9]{3}|[1-4][0-9]{4}|5[0-4][0-9]{3})|x0*([c-f][0-9a-f]|[1-9a-f][0-9a-f]{2}|[13-9a-c][0-9a-f]{3}));|$)', 'gi') with ordinality f(m, nth)) else "said_fore" end as x offset 0) w) end as "fore_0",
          case when "sur_plain" then lower("said_sur" collate "C") else (select lower(case when octet_length(w.x) = length(w.x) then w.x else (select case when l.x !~ '[\u0400-\u04ff]' then l.x
                when l.x ~ '[A-Za-z]' then translate(l.x, 'АВЕЅІЈКМНОРСТУХаеѕіјорсух', 'ABESIJKMHOPCTYXaesijopcyx') else replace(replace(replace(replace(replace(replace(replace(replace(translate(translate(l.x, 'АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯІЄҐ', 'абвгдежзиклмнопрстуфхцчшщъыьэюяієґ'), 'абвгдезиклмнопрстуфыэієґъь', 'abvgdeziklmnoprstufyeieg'), 'ж', 'zh'), 'х', 'kh'), 'ц', 'ts'), 'ч', 'ch'), 'ш', 'sh'), 'щ', 'shch'), 'ю', 'yu'), 'я', 'ya') end
                from (select replace(replace(replace(replace(translate(
                            regexp_replace(normalize(translate(translate(case when w.x ~ '^(?:[\u0001-\u007f]|[\u00c2-\u00df][€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ ¡¢£¤¥¦§¨©ª«¬­®¯°±²³´µ¶·¸¹º»¼½¾¿]|\u00e2[€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ ¡¢£¤¥¦§¨©ª«¬­®¯°±²³´µ¶·¸¹º»¼½¾¿]{2})+$' then convert_from(convert_to(w.x, 'WIN1252'), 'UTF8') else w.x end, E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKD), '[\u0300-\u036f]', '', 'g'),
                            'ŁłØøÐðĐđĦħıÆŒÞẞŊŋ', 'LlOoDdDdHhiæœþßNn'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th') as x offset 0) l) end collate "C") from (select case when "said_sur" ~* '&(?:amp;)?#(?:0*(19[2-9]|[2-9][0-9]{2}|[1-7][0-9]{3}|[1-4][0-9]{4}|5[0-4][0-9]{3})|x0*([c-f][0-9a-f]|[1-9a-f][0-9a-f]{2}|[13-9a-c][0-9a-f]{3}));' then
              (select string_agg(m[1] || coalesce(chr(m[2]::int), chr(('x' || lpad(m[3], 8, '0'))::bit(32)::int), ''), '' order by nth) || '&' || "said_sur"
                from regexp_matches("said_sur", '(.*?)(?:&(?:amp;)?#(?:0*(19[2-9]|[2-9][0-9]{2}|[1-7][0-9]{3}|[1-4][0-9]{4}|5[0-4][0-9]{3})|x0*([c-f][0-9a-f]|[1-9a-f][0-9a-f]{2}|[13-9a-c][0-9a-f]{3}));|$)', 'gi') with ordinality f(m, nth)) else "said_sur" end as x offset 0) w) end as "sur_0"
          from (select l.*
            from (select l.*,
              "said_fore" ~ '^[A-Za-z]+$' as "fore_plain",
              "said_sur" ~ '^[A-Za-z]+$' as "sur_plain"
              from (select distinct nullif(btrim(a."c_forename", E' \t\r\n\u00a0'), '') as "said_fore", nullif(btrim(a."c_surname", E' \t\r\n\u00a0'), '') as "said_sur"
                from (select distinct "c_forename", "c_surname" from arrived) a offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) "fore_sur" on coalesce("fore_sur"."said_fore", '') = coalesce(t."c_forename", '') and coalesce("fore_sur"."said_sur", '') = coalesce(t."c_surname", '')
    left join (select l.*
      from (select l.*
        from (select l.*,
          case when length(place_0) > 7 then coalesce((select nullif(case when w.x !~ '[^A-Z0-9/ -]' then translate(w.x, '/ -', '')
                else regexp_replace(upper(case when octet_length(w.x) = length(w.x) then w.x
                    else translate(normalize(translate(translate(w.x, E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKC), '١٢٣٤٥٦٧٨٩٠۱۲۳۴۵۶۷۸۹۰१२३४५६७८९०১২৩৪৫৬৭৮৯০੧੨੩੪੫੬੭੮੯੦૧૨૩૪૫૬૭૮૯૦୧୨୩୪୫୬୭୮୯୦௧௨௩௪௫௬௭௮௯௦౧౨౩౪౫౬౭౮౯౦೧೨೩೪೫೬೭೮೯೦൧൨൩൪൫൬൭൮൯൦๑๒๓๔๕๖๗๘๙๐໑໒໓໔໕໖໗໘໙໐༡༢༣༤༥༦༧༨༩༠၁၂၃၄၅၆၇၈၉၀១២៣៤៥៦៧៨៩០᠑᠒᠓᠔᠕᠖᠗᠘᠙᠐', '12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890') end collate "C"), '[^A-Z0-9]+', '', 'g') end, '') from (select (regexp_match(translate(upper(regexp_replace(case when octet_length("said_place") = length("said_place") then "said_place"
                          else translate(normalize(translate(translate("said_place", E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKC), '١٢٣٤٥٦٧٨٩٠۱۲۳۴۵۶۷۸۹۰१२३४५६७८९०১২৩৪৫৬৭৮৯০੧੨੩੪੫੬੭੮੯੦૧૨૩૪૫૬૭૮૯૦୧୨୩୪୫୬୭୮୯୦௧௨௩௪௫௬௭௮௯௦౧౨౩౪౫౬౭౮౯౦೧೨೩೪೫೬೭೮೯೦൧൨൩൪൫൬൭൮൯൦๑๒๓๔๕๖๗๘๙๐໑໒໓໔໕໖໗໘໙໐༡༢༣༤༥༦༧༨༩༠၁၂၃၄၅၆၇၈၉၀១២៣៤៥៦៧៨៩០᠑᠒᠓᠔᠕᠖᠗᠘᠙᠐', '12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890') end, '&[a-z0-9#]+;', ' ', 'g') collate "C"), 'OI', '01'), '(?<![A-Z0-9])[A-Z01]{1,2}[0-9][A-Z0-9]?[ -]*[0-9][A-Z]{2}(?![A-Z0-9])'))[1] as x offset 0) w), place_0) else "place_0" end as "place"
          from (select l.*,
            case when translate(place_said, '6789012345', '') <> place_said then translate(place_said, 'OI', '01') end as "place_0"
            from (select l.*,
              nullif(case when "said_place" !~ '[^A-Z0-9/ -]' then translate("said_place", '/ -', '')
                else regexp_replace(upper(case when octet_length("said_place") = length("said_place") then "said_place"
                    else translate(normalize(translate(translate("said_place", E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKC), '١٢٣٤٥٦٧٨٩٠۱۲۳۴۵۶۷۸۹۰१२३४५६७८९०১২৩৪৫৬৭৮৯০੧੨੩੪੫੬੭੮੯੦૧૨૩૪૫૬૭૮૯૦୧୨୩୪୫୬୭୮୯୦௧௨௩௪௫௬௭௮௯௦౧౨౩౪౫౬౭౮౯౦೧೨೩೪೫೬೭೮೯೦൧൨൩൪൫൬൭൮൯൦๑๒๓๔๕๖๗๘๙๐໑໒໓໔໕໖໗໘໙໐༡༢༣༤༥༦༧༨༩༠၁၂၃၄၅၆၇၈၉၀១២៣៤៥៦៧៨៩០᠑᠒᠓᠔᠕᠖᠗᠘᠙᠐', '12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890') end collate "C"), '[^A-Z0-9]+', '', 'g') end, '') as "place_said"
              from (select distinct nullif(btrim(a."c_postcode", E' \t\r\n\u00a0'), '') as "said_place"
                from (select distinct "c_postcode" from arrived) a offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) "place" on coalesce("place"."said_place", '') = coalesce(t."c_postcode", '')
    where t.code is null offset 0) l offset 0) t
--   $1 = ["B","CV","DE","GL","LE","NN","OX","WR","ZZ99"]
--   $2 = ["% limited %","% ltd %","% cyfyngedig %","% cyf %","% plc %","% llp %","% cic %","% cio %","% unlim… (302 characters)
--   $3 = "CAST:born_on"
--   $4 = "CAST:left_on"
--   $5 = "CAST:attempts"
--   $6 = "CAST:deceased"
--   $7 = "DATE:left_on"
--   $8 = ["1970-01-01"]
--   $9 = <drawn>

-- reread: recheck
create temp table checked on commit drop as with met as materialized (select t.row, e.asks, 0::bigint as shared, e.register, e.kind, e.entry
  from (select r.ctid as row, r.reference_tokens = '{}' as unreferenced, unnest(r.phone_tokens || r.reference_tokens || r.person_tokens) as token from recheck r
    union all select r.ctid, s.reference_tokens = '{}' as unreferenced, unnest(s.phone_tokens || s.reference_tokens || s.person_tokens) as token from sampled s join recheck r on r.key = s.key
    union all select row, unreferenced, token from (with recursive lifted(row, unreferenced, token, n) as (
        select row, unreferenced, token, 0 from (select r.ctid as row, r.reference_tokens = '{}' as unreferenced, unnest(r.phone_tokens || r.reference_tokens || r.person_tokens) as token from recheck r
          union all select r.ctid, s.reference_tokens = '{}' as unreferenced, unnest(s.phone_tokens || s.reference_tokens || s.person_tokens) as token from sampled s join recheck r on r.key = s.key) h
        union all
        select row, unreferenced, sha256(((select array(select decode(h, 'hex') from unnest(string_to_array(nullif(current_setting('cordon.lift_outer', true), ''), ',')) h)))[n + 1] || sha256(((select array(select decode(h, 'hex') from unnest(string_to_array(nullif(current_setting('cordon.lift_inner', true), ''), ',')) h)))[n + 1] || token)), n + 1
        from lifted where n < (select cardinality((select array(select decode(h, 'hex') from unnest(string_to_array(nullif(current_setting('cordon.lift_inner', true), ''), ',')) h))))
      ) select row, unreferenced, token from lifted where n > 0) later where (select cardinality((select array(select decode(h, 'hex') from unnest(string_to_array(nullif(current_setting('cordon.lift_inner', true), ''), ',')) h)))) > 0) t join (select r.token, r.kind = 'person-of-unknown-case' as casewise,
    case when r.register = $1::text then '1'::bigint else 0 end | case when r.register = $2::text then '2'::bigint else 0 end | case when r.register = $3::text and (r.review_on < (select ($4::timestamptz at time zone $5::text)::date)) is not true then '4'::bigint else 0 end | case when r.register = $6::text and (r.review_on < (select ($7::timestamptz at time zone $8::text)::date)) then '8'::bigint else 0 end as asks,
    r.register, r.kind, case when r.added_by <> 'canary' then r.entry end as entry
    from register_entry r where r.withdrawn_at is null and r.register = any ($9::text[])
    union all select c.token, false, case when c.contacted_on >= (select (($10::timestamptz at time zone $11::text) - $12::interval)::date) then '16'::bigint else 0 end, 'contacts', c.kind, null
    from contact_history c where (c.survey, c.period) is distinct from ($13::text, $14::text)) e on e.token = t.token and (t.unreferenced or not e.casewise)
  union all select r.ctid, 0, s.shared, null, null, null from sampled s join recheck r on r.key = s.key where s.shared <> 0)
select s.frame_id, r.mask,
(r.person_tokens[1] is distinct from s.person_tokens[1]
  or not r.phone_tokens <@ s.phone_tokens
  or (true) is not true) as changed,
(coalesce((asks & '1'::bigint <> 0), false) and r.mask & (0::bigint | '1'::bigint) <> 0) as opted
from (select h.*, 0::bigint
  | case when ((asks & '1'::bigint <> 0)) is false then 0 else '1'::bigint end
  | case when ("c_deceased") is false then 0 else '2'::bigint end
  | case when ((case when "c_born_on" <= (select ($15::timestamptz at time zone $16::text)::date) and "c_born_on" > (select ($17::timestamptz at time zone $18::text)::date) - 44925 then not ((select ((select ($19::timestamptz at time zone $20::text)::date) - make_interval(years => 18))::date) >= "c_born_on") end)) is false then 0 else '4'::bigint end
  | case when ((not ("c_left_on" is null))) is false then 0 else '8'::bigint end
  | case when (("check_0" or (not ("c_district" = any ($21::text[]))))) is false then 0 else '16'::bigint end
  | case when ("check_1") is false then 0 else '32'::bigint end
  | case when (("c_attempts" >= $22::bigint)) is false then 0 else '64'::bigint end
  | case when ((asks & '2'::bigint <> 0)) is false then 0 else '128'::bigint end
  | case when ((asks & '4'::bigint <> 0)) is false then 0 else '256'::bigint end
  | case when ((asks & '8'::bigint <> 0)) is false then 0 else '512'::bigint end
  | case when ((not (phone_kinds && $23::text[]))) is false then 0 else '1024'::bigint end
  | case when ((asks & '16'::bigint <> 0)) is false then 0 else '2048'::bigint end as mask
  from (select i.*, coalesce(nullif(m.asks, 0), case when i.phone_tokens <> '{}' or i.reference_tokens <> '{}' or i.person_tokens <> '{}' then 0 end) as asks, coalesce(m.shared, 0) as shared
    from "recheck" i
    left join (select row, bit_or(asks) as asks, bit_or(shared) as shared from met group by row) m on m.row = i.ctid offset 0) h offset 0) r join sampled s on s.key = r.key
--   $1 = "opt-outs"
--   $2 = "safety-markers"
--   $3 = "holds"
--   $4 = <drawnAt>
--   $5 = "Europe/London"
--   $6 = "holds"
--   $7 = <drawnAt>
--   $8 = "Europe/London"
--   $9 = ["opt-outs","safety-markers","holds"]
--   $10 = <drawnAt>
--   $11 = "Europe/London"
--   $12 = "P12M"
--   $13 = "warwickshire-perception"
--   $14 = <period>
--   $15 = <drawnAt>
--   $16 = "Europe/London"
--   $17 = <drawnAt>
--   $18 = "Europe/London"
--   $19 = <drawnAt>
--   $20 = "Europe/London"
--   $21 = ["North Warwickshire","Nuneaton and Bedworth","Rugby","Stratford-on-Avon","Warwick"]
--   $22 = 3
--   $23 = ["mobile","landline"]

-- reread: strike
with struck as (
  update sampled s set state = 'struck', struck_by = f.reason
  from (select d.frame_id, d.state as was,
    case when c.frame_id is null then 'gone' when c.mask <> 0 then r.reason when c.changed is not false then 'changed' end as reason
    from sampled d left join checked c on c.frame_id = d.frame_id
    left join unnest($1::text[], $2::bigint[]) r(reason, bit) on r.bit = c.mask & -c.mask
    where d.state = any ($3::text[])) f
  where f.frame_id = s.frame_id and f.reason is not null
  returning f.was, f.reason
)
select reason, count(*)::integer as count from struck where was = 'in' group by reason order by reason
--   $1 = ["opted-out","deceased","under-18","moved-away","outside-force","not-a-person","asked-too-often","se… (186 characters)
--   $2 = ["1","2","4","8","16","32","64","128","256","512","1024","2048","4096"]
--   $3 = <states>

-- minimise: read
select s."resident_ref"::text,
s."title"::text,
s."surname"::text,
s."phone_mobile"::text,
s."phone_home"::text,
s."language"::text
from (select e.k ->> 0 as "k1", array[e.k ->> 0] as key
  from json_array_elements((select current_setting('cordon.drawn')::json)) e(k)) d
join "survey"."resident" s on s."resident_ref"::text = d."k1"

-- minimise: arrived
create temp table arrived ("c_resident_ref" text, "c_title" text, "c_surname" text, "c_phone_mobile" text, "c_phone_home" text, "c_language" text) on commit drop

-- minimise: reset
truncate contact

-- minimise: load 1 of 1
insert into "contact" (survey_ref, key, frame_id, "f_title", "f_surname", "f_phone", "f_language")
select left(encode(sha256((select current_setting('cordon.ref_outer')::bytea) || sha256((select current_setting('cordon.ref_inner')::bytea) || convert_to($1::text || array_to_json(s.key)::text, 'UTF8'))), 'hex'), 20), s.key, s.frame_id, c."f_title", c."f_surname", c."f_phone", c."f_language"
from (select l.*,
  coalesce(nullif(btrim(regexp_replace("c_title", '[\u0001-\u001f\u007f-\u009f\u2028\u2029\ufeff]+', ' ', 'g')), '')) as "f_title",
  coalesce(nullif(btrim(regexp_replace("c_surname", '[\u0001-\u001f\u007f-\u009f\u2028\u2029\ufeff]+', ' ', 'g')), '')) as "f_surname",
  coalesce(case when "k_1_1" = any ($2::text[]) then "e_1_1" end, case when "k_1_2" = any ($3::text[]) then "e_1_2" end, case when "k_1_3" = any ($4::text[]) then "e_1_3" end, case when "k_1_4" = any ($5::text[]) then "e_1_4" end, case when "k_2_1" = any ($6::text[]) then "e_2_1" end, case when "k_2_2" = any ($7::text[]) then "e_2_2" end, case when "k_2_3" = any ($8::text[]) then "e_2_3" end, case when "k_2_4" = any ($9::text[]) then "e_2_4" end) as "f_phone",
  coalesce(nullif(btrim(regexp_replace("c_language", '[\u0001-\u001f\u007f-\u009f\u2028\u2029\ufeff]+', ' ', 'g')), ''), $10::text) as "f_language"
  from (select l.*,
    case
    when "e_1_1" is null then null
    when left(("m_1")[1], 1) = 'x' then 'other'
    when substr("e_1_1", 4, 1) = '7' and substr("e_1_1", 5, 1) not in ('0', '6') then 'mobile'
    when substr("e_1_1", 4, 1) in ('1', '2') then 'landline'
    else 'other'
    end as "k_1_1",
    case
    when "e_1_2" is null then null
    when left(("m_1")[2], 1) = 'x' then 'other'
    when substr("e_1_2", 4, 1) = '7' and substr("e_1_2", 5, 1) not in ('0', '6') then 'mobile'
    when substr("e_1_2", 4, 1) in ('1', '2') then 'landline'
    else 'other'
    end as "k_1_2",
    case
    when "e_1_3" is null then null
    when left(("m_1")[3], 1) = 'x' then 'other'
    when substr("e_1_3", 4, 1) = '7' and substr("e_1_3", 5, 1) not in ('0', '6') then 'mobile'
    when substr("e_1_3", 4, 1) in ('1', '2') then 'landline'
    else 'other'
    end as "k_1_3",
    case
    when "e_1_4" is null then null
    when left(("m_1")[4], 1) = 'x' then 'other'
    when substr("e_1_4", 4, 1) = '7' and substr("e_1_4", 5, 1) not in ('0', '6') then 'mobile'
    when substr("e_1_4", 4, 1) in ('1', '2') then 'landline'
    else 'other'
    end as "k_1_4",
    case
    when "e_2_1" is null then null
    when left(("m_2")[1], 1) = 'x' then 'other'
    when substr("e_2_1", 4, 1) = '7' and substr("e_2_1", 5, 1) not in ('0', '6') then 'mobile'
    when substr("e_2_1", 4, 1) in ('1', '2') then 'landline'
    else 'other'
    end as "k_2_1",
    case
    when "e_2_2" is null then null
    when left(("m_2")[2], 1) = 'x' then 'other'
    when substr("e_2_2", 4, 1) = '7' and substr("e_2_2", 5, 1) not in ('0', '6') then 'mobile'
    when substr("e_2_2", 4, 1) in ('1', '2') then 'landline'
    else 'other'
    end as "k_2_2",
    case
    when "e_2_3" is null then null
    when left(("m_2")[3], 1) = 'x' then 'other'
    when substr("e_2_3", 4, 1) = '7' and substr("e_2_3", 5, 1) not in ('0', '6') then 'mobile'
    when substr("e_2_3", 4, 1) in ('1', '2') then 'landline'
    else 'other'
    end as "k_2_3",
    case
    when "e_2_4" is null then null
    when left(("m_2")[4], 1) = 'x' then 'other'
    when substr("e_2_4", 4, 1) = '7' and substr("e_2_4", 5, 1) not in ('0', '6') then 'mobile'
    when substr("e_2_4", 4, 1) in ('1', '2') then 'landline'
    else 'other'
    end as "k_2_4"
    from (select l.*,
      coalesce("w_1", ltrim(("m_1")[1], 'x')) as "e_1_1",
      ltrim(("m_1")[2], 'x') as "e_1_2",
      ltrim(("m_1")[3], 'x') as "e_1_3",
      ltrim(("m_1")[4], 'x') as "e_1_4",
      coalesce("w_2", ltrim(("m_2")[1], 'x')) as "e_2_1",
      ltrim(("m_2")[2], 'x') as "e_2_2",
      ltrim(("m_2")[3], 'x') as "e_2_3",
      ltrim(("m_2")[4], 'x') as "e_2_4"
      from (select l.*,
        case when "w_1" is null and length("p_1") > 9 then (select case
          when cardinality(m) > 0 and length(regexp_replace("p_1", '[^0-9]+', '', 'g')) < 11 * cardinality(m) + 9 then m
          else array(select n from unnest(m || array(
                select mark || '+44' || national from (select mark, regexp_replace(regexp_replace(number, '[^0-9]', '', 'g'), '^(?:0?0?44)?0?', '') as national, nth, place
                  from (select 'x' as mark, r[1] as number, nth, 1 as place
                    from regexp_matches(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(replace("p_1", '%2b', '+'), '&[#a-z0-9]+;|%20|_x000d_', ' ', 'g'), '(?:\+|(?<![0-9])00)[ (]*(?!4 ?4|[0(])[1-9](?:[ .()-]{0,2}[0-9]){6,14}', '<>', 'g'), '(?<=[0-9]o*)o(?![a-np-z])|(?<=[0-9][ -]?o*)o(?=[ilo]+[0-9])|(?<![a-np-z])o(?=o*[0-9])', '0', 'g'), '(?<=[0-9][ -]?[il]*)[il](?=[il]*[0-9])', '1', 'g'), '([1-9])\.([0-9]{9,11})e\+?[0-9]{1,2}(?![0-9])', '\1\2', 'g'), '([0-9]{9})\.0+(?![0-9])', '\1', 'g'), '((?<![0-9] *)(?:\+?(?:00)? ?44 ?(?:\(0\) ?)?|0)[1-9][0-9]{1,4}\)?) / (?=[0-9]{3,4} ?[0-9]{3,4}(?! ?[0-9]))', '\1 ', 'g'), '(?<![0-9/.-])(?:[0-3]?[0-9][/.-][01]?[0-9][/.-](?:[0-9]{4}|[0-9]{2})|20[0-9]{2}-[01][0-9]-[0-3][0-9]|[0-9]+(?:/[0-9]+)+)(?![0-9/])|(?<![0-9])[0-3]?[0-9](?:st|nd|rd|th)?\s+(?:of\s+)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*(?:\s+(?:20)?[0-9]{2})?(?![0-9])|\m(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\s+20[0-9]{2}(?![0-9])|(?<![0-9])[0-9]{1,4}\s*(?:[ap]\.?m|hrs?|hours?|h|x|calls?|times?|attempts?|rings?|mins?|minutes?|days?|weeks?|st|nd|rd|th)\M|(?<![0-9])(?:[01]?[0-9]|2[0-4])[:.][0-5][0-9](?![0-9])|(?<![0-9][._-]?)(?:[01]?[0-9]|2[0-4])(?:[0-5][0-9])?\s*(?:-|/|to|till?|until|and)\s*(?:[01]?[0-9]|2[0-4])(?:[0-5][0-9])?(?![0-9])|(?<=[a-z#]\s?)[0-9](?![0-9])|(?<![0-9])14(?:1|70)[ ,-]+(?=[(+0])', '<>', 'g'), ' / ', '<>', 'g'), '(?<![0-9][ ._-]?)((?:(?:0?0?[ ,.;|=/\\()_-]{0,3}44[ ,.;|=/\\()_-]{0,3}0?|0)[ ,.;|=/\\()_-]{0,3}(?=[1-9])|(?=[17]|2[03489]))(?:[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{6}|[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}|[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{4}|[0-9]{2}[ ,.;|=/\\()_-]{0,3}[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{4}|[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{5}|[0-9]{5}[ ,.;|=/\\()_-]{0,3}[0-9]{4}|[0-9]{1}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}))(?![ ._-]?[0-9])', 'g') with ordinality f(r, nth)) p) n where national ~ '^(?:[1-9][0-9]{9}|1(?:2(?:0(?:46[1-4]|87[2-9])|545[1-79]|76(?:2\d|3[1-8]|6[1-6])|9(?:7(?:2[0-4]|3[2-5])|8(?:2[2-8]|7[0-47-9]|8[3-5])))|3(?:6(?:38[2-5]|47[23])|8(?:47[04-9]|64[0157-9]))|4(?:044[1-7]|20(?:2[23]|8\d)|6(?:0(?:30|5[2-57]|6[1-8]|7[2-8])|140)|8(?:052|87[1-3]))|5(?:2(?:4(?:3[2-79]|6\d)|76\d)|6(?:26[06-9]|686))|6(?:06(?:4\d|7[4-79])|295[5-7]|35[34]\d|47(?:24|61)|59(?:5[08]|6[67]|74)|9(?:55[0-4]|77[23]))|7(?:26(?:6[13-9]|7[0-7])|(?:442|688)\d|50(?:2[0-3]|[3-68]2|76))|8(?:27[56]\d|37(?:5[2-5]|8[239])|843[2-58])|9(?:0(?:0(?:6[1-8]|85)|52\d)|3583|4(?:66[1-8]|9(?:2[01]|81))|63(?:23|3[1-4])|9561))\d{3})$' order by nth, place)) with ordinality f(n, nth) group by n order by min(nth)) end
          from (select array(
              select mark || '+44' || national from (select mark, regexp_replace(regexp_replace(number, '[^0-9]', '', 'g'), '^(?:0?0?44)?0?', '') as national, nth, place
                from (select case when found.r[2] ~ '^[^a-z0-9]*(x|xt|ext|extn|extension|#)[^a-z0-9]*$' then 'x' else '' end as mark, number, found.nth, place
                  from regexp_matches(regexp_replace("p_1", '(^|[^0-9])[0-9][):.]\s+(?=[+(0])', '\1;', 'g'), '(\+?[0-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9])*)([^0-9+]*)', 'g') with ordinality found(r, nth),
                  unnest(regexp_match(ltrim(found.r[1], '+'), '^((?:0[][ (){}._*~:''"\t\r\n-]*0[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|0)[][ (){}._*~:''"\t\r\n-]*[1-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9]){8,9})(?:[][ (){}._*~:''"\t\r\n-]*[\s-][][ (){}._*~:''"\t\r\n-]*((?:0[][ (){}._*~:''"\t\r\n-]*0[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|0)[][ (){}._*~:''"\t\r\n-]*[1-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9]){8,9}))?(?:[][ (){}._*~:''"\t\r\n-]*[\s-][][ (){}._*~:''"\t\r\n-]*((?:0[][ (){}._*~:''"\t\r\n-]*0[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|0)[][ (){}._*~:''"\t\r\n-]*[1-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9]){8,9}))?$'))
                  with ordinality part(number, place) where number is not null) p) n where national ~ '^(?:[1-9][0-9]{9}|1(?:2(?:0(?:46[1-4]|87[2-9])|545[1-79]|76(?:2\d|3[1-8]|6[1-6])|9(?:7(?:2[0-4]|3[2-5])|8(?:2[2-8]|7[0-47-9]|8[3-5])))|3(?:6(?:38[2-5]|47[23])|8(?:47[04-9]|64[0157-9]))|4(?:044[1-7]|20(?:2[23]|8\d)|6(?:0(?:30|5[2-57]|6[1-8]|7[2-8])|140)|8(?:052|87[1-3]))|5(?:2(?:4(?:3[2-79]|6\d)|76\d)|6(?:26[06-9]|686))|6(?:06(?:4\d|7[4-79])|295[5-7]|35[34]\d|47(?:24|61)|59(?:5[08]|6[67]|74)|9(?:55[0-4]|77[23]))|7(?:26(?:6[13-9]|7[0-7])|(?:442|688)\d|50(?:2[0-3]|[3-68]2|76))|8(?:27[56]\d|37(?:5[2-5]|8[239])|843[2-58])|9(?:0(?:0(?:6[1-8]|85)|52\d)|3583|4(?:66[1-8]|9(?:2[01]|81))|63(?:23|3[1-4])|9561))\d{3})$' order by nth, place) as m offset 0) plainly) end as "m_1",
        case when "w_2" is null and length("p_2") > 9 then (select case
          when cardinality(m) > 0 and length(regexp_replace("p_2", '[^0-9]+', '', 'g')) < 11 * cardinality(m) + 9 then m
          else array(select n from unnest(m || array(
                select mark || '+44' || national from (select mark, regexp_replace(regexp_replace(number, '[^0-9]', '', 'g'), '^(?:0?0?44)?0?', '') as national, nth, place
                  from (select 'x' as mark, r[1] as number, nth, 1 as place
                    from regexp_matches(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(replace("p_2", '%2b', '+'), '&[#a-z0-9]+;|%20|_x000d_', ' ', 'g'), '(?:\+|(?<![0-9])00)[ (]*(?!4 ?4|[0(])[1-9](?:[ .()-]{0,2}[0-9]){6,14}', '<>', 'g'), '(?<=[0-9]o*)o(?![a-np-z])|(?<=[0-9][ -]?o*)o(?=[ilo]+[0-9])|(?<![a-np-z])o(?=o*[0-9])', '0', 'g'), '(?<=[0-9][ -]?[il]*)[il](?=[il]*[0-9])', '1', 'g'), '([1-9])\.([0-9]{9,11})e\+?[0-9]{1,2}(?![0-9])', '\1\2', 'g'), '([0-9]{9})\.0+(?![0-9])', '\1', 'g'), '((?<![0-9] *)(?:\+?(?:00)? ?44 ?(?:\(0\) ?)?|0)[1-9][0-9]{1,4}\)?) / (?=[0-9]{3,4} ?[0-9]{3,4}(?! ?[0-9]))', '\1 ', 'g'), '(?<![0-9/.-])(?:[0-3]?[0-9][/.-][01]?[0-9][/.-](?:[0-9]{4}|[0-9]{2})|20[0-9]{2}-[01][0-9]-[0-3][0-9]|[0-9]+(?:/[0-9]+)+)(?![0-9/])|(?<![0-9])[0-3]?[0-9](?:st|nd|rd|th)?\s+(?:of\s+)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*(?:\s+(?:20)?[0-9]{2})?(?![0-9])|\m(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\s+20[0-9]{2}(?![0-9])|(?<![0-9])[0-9]{1,4}\s*(?:[ap]\.?m|hrs?|hours?|h|x|calls?|times?|attempts?|rings?|mins?|minutes?|days?|weeks?|st|nd|rd|th)\M|(?<![0-9])(?:[01]?[0-9]|2[0-4])[:.][0-5][0-9](?![0-9])|(?<![0-9][._-]?)(?:[01]?[0-9]|2[0-4])(?:[0-5][0-9])?\s*(?:-|/|to|till?|until|and)\s*(?:[01]?[0-9]|2[0-4])(?:[0-5][0-9])?(?![0-9])|(?<=[a-z#]\s?)[0-9](?![0-9])|(?<![0-9])14(?:1|70)[ ,-]+(?=[(+0])', '<>', 'g'), ' / ', '<>', 'g'), '(?<![0-9][ ._-]?)((?:(?:0?0?[ ,.;|=/\\()_-]{0,3}44[ ,.;|=/\\()_-]{0,3}0?|0)[ ,.;|=/\\()_-]{0,3}(?=[1-9])|(?=[17]|2[03489]))(?:[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{6}|[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}|[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{4}|[0-9]{2}[ ,.;|=/\\()_-]{0,3}[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{4}|[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{5}|[0-9]{5}[ ,.;|=/\\()_-]{0,3}[0-9]{4}|[0-9]{1}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}))(?![ ._-]?[0-9])', 'g') with ordinality f(r, nth)) p) n where national ~ '^(?:[1-9][0-9]{9}|1(?:2(?:0(?:46[1-4]|87[2-9])|545[1-79]|76(?:2\d|3[1-8]|6[1-6])|9(?:7(?:2[0-4]|3[2-5])|8(?:2[2-8]|7[0-47-9]|8[3-5])))|3(?:6(?:38[2-5]|47[23])|8(?:47[04-9]|64[0157-9]))|4(?:044[1-7]|20(?:2[23]|8\d)|6(?:0(?:30|5[2-57]|6[1-8]|7[2-8])|140)|8(?:052|87[1-3]))|5(?:2(?:4(?:3[2-79]|6\d)|76\d)|6(?:26[06-9]|686))|6(?:06(?:4\d|7[4-79])|295[5-7]|35[34]\d|47(?:24|61)|59(?:5[08]|6[67]|74)|9(?:55[0-4]|77[23]))|7(?:26(?:6[13-9]|7[0-7])|(?:442|688)\d|50(?:2[0-3]|[3-68]2|76))|8(?:27[56]\d|37(?:5[2-5]|8[239])|843[2-58])|9(?:0(?:0(?:6[1-8]|85)|52\d)|3583|4(?:66[1-8]|9(?:2[01]|81))|63(?:23|3[1-4])|9561))\d{3})$' order by nth, place)) with ordinality f(n, nth) group by n order by min(nth)) end
          from (select array(
              select mark || '+44' || national from (select mark, regexp_replace(regexp_replace(number, '[^0-9]', '', 'g'), '^(?:0?0?44)?0?', '') as national, nth, place
                from (select case when found.r[2] ~ '^[^a-z0-9]*(x|xt|ext|extn|extension|#)[^a-z0-9]*$' then 'x' else '' end as mark, number, found.nth, place
                  from regexp_matches(regexp_replace("p_2", '(^|[^0-9])[0-9][):.]\s+(?=[+(0])', '\1;', 'g'), '(\+?[0-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9])*)([^0-9+]*)', 'g') with ordinality found(r, nth),
                  unnest(regexp_match(ltrim(found.r[1], '+'), '^((?:0[][ (){}._*~:''"\t\r\n-]*0[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|0)[][ (){}._*~:''"\t\r\n-]*[1-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9]){8,9})(?:[][ (){}._*~:''"\t\r\n-]*[\s-][][ (){}._*~:''"\t\r\n-]*((?:0[][ (){}._*~:''"\t\r\n-]*0[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|0)[][ (){}._*~:''"\t\r\n-]*[1-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9]){8,9}))?(?:[][ (){}._*~:''"\t\r\n-]*[\s-][][ (){}._*~:''"\t\r\n-]*((?:0[][ (){}._*~:''"\t\r\n-]*0[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|0)[][ (){}._*~:''"\t\r\n-]*[1-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9]){8,9}))?$'))
                  with ordinality part(number, place) where number is not null) p) n where national ~ '^(?:[1-9][0-9]{9}|1(?:2(?:0(?:46[1-4]|87[2-9])|545[1-79]|76(?:2\d|3[1-8]|6[1-6])|9(?:7(?:2[0-4]|3[2-5])|8(?:2[2-8]|7[0-47-9]|8[3-5])))|3(?:6(?:38[2-5]|47[23])|8(?:47[04-9]|64[0157-9]))|4(?:044[1-7]|20(?:2[23]|8\d)|6(?:0(?:30|5[2-57]|6[1-8]|7[2-8])|140)|8(?:052|87[1-3]))|5(?:2(?:4(?:3[2-79]|6\d)|76\d)|6(?:26[06-9]|686))|6(?:06(?:4\d|7[4-79])|295[5-7]|35[34]\d|47(?:24|61)|59(?:5[08]|6[67]|74)|9(?:55[0-4]|77[23]))|7(?:26(?:6[13-9]|7[0-7])|(?:442|688)\d|50(?:2[0-3]|[3-68]2|76))|8(?:27[56]\d|37(?:5[2-5]|8[239])|843[2-58])|9(?:0(?:0(?:6[1-8]|85)|52\d)|3583|4(?:66[1-8]|9(?:2[01]|81))|63(?:23|3[1-4])|9561))\d{3})$' order by nth, place) as m offset 0) plainly) end as "m_2"
        from (select l.*,
          case
          when translate("d_1", '6789012345', '') <> '' then null
          when length("d_1") = 11 and substr("d_1", 1, 1) = '0' and substr("d_1", 2, 1) <> '0' then '+44' || substr("d_1", 2)
          when length("d_1") = 12 and left("d_1", 2) = '44' and substr("d_1", 3, 1) <> '0' then '+' || "d_1"
          when length("d_1") = 13 and left("d_1", 3) = '440' and substr("d_1", 4, 1) <> '0' then '+44' || substr("d_1", 4)
          when length("d_1") = 14 and left("d_1", 4) = '0044' and substr("d_1", 5, 1) <> '0' then '+' || substr("d_1", 3)
          when length("d_1") = 15 and left("d_1", 5) = '00440' and substr("d_1", 6, 1) <> '0' then '+44' || substr("d_1", 6)
          end as "w_1",
          case
          when translate("d_2", '6789012345', '') <> '' then null
          when length("d_2") = 11 and substr("d_2", 1, 1) = '0' and substr("d_2", 2, 1) <> '0' then '+44' || substr("d_2", 2)
          when length("d_2") = 12 and left("d_2", 2) = '44' and substr("d_2", 3, 1) <> '0' then '+' || "d_2"
          when length("d_2") = 13 and left("d_2", 3) = '440' and substr("d_2", 4, 1) <> '0' then '+44' || substr("d_2", 4)
          when length("d_2") = 14 and left("d_2", 4) = '0044' and substr("d_2", 5, 1) <> '0' then '+' || substr("d_2", 3)
          when length("d_2") = 15 and left("d_2", 5) = '00440' and substr("d_2", 6, 1) <> '0' then '+44' || substr("d_2", 6)
          end as "w_2"
          from (select l.*,
            translate(replace("p_1", ' / ', ';'), ' ()-.+/', '') as "d_1",
            translate(replace("p_2", ' / ', ';'), ' ()-.+/', '') as "d_2"
            from (select l.*,
              lower(case when octet_length("c_phone_mobile") = length("c_phone_mobile") then "c_phone_mobile"
                else translate(normalize(translate(translate("c_phone_mobile", E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKC), '١٢٣٤٥٦٧٨٩٠۱۲۳۴۵۶۷۸۹۰१२३४५६७८९०১২৩৪৫৬৭৮৯০੧੨੩੪੫੬੭੮੯੦૧૨૩૪૫૬૭૮૯૦୧୨୩୪୫୬୭୮୯୦௧௨௩௪௫௬௭௮௯௦౧౨౩౪౫౬౭౮౯౦೧೨೩೪೫೬೭೮೯೦൧൨൩൪൫൬൭൮൯൦๑๒๓๔๕๖๗๘๙๐໑໒໓໔໕໖໗໘໙໐༡༢༣༤༥༦༧༨༩༠၁၂၃၄၅၆၇၈၉၀១២៣៤៥៦៧៨៩០᠑᠒᠓᠔᠕᠖᠗᠘᠙᠐', '12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890') end collate "C") as "p_1",
              lower(case when octet_length("c_phone_home") = length("c_phone_home") then "c_phone_home"
                else translate(normalize(translate(translate("c_phone_home", E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKC), '١٢٣٤٥٦٧٨٩٠۱۲۳۴۵۶۷۸۹۰१२३४५६७८९०১২৩৪৫৬৭৮৯০੧੨੩੪੫੬੭੮੯੦૧૨૩૪૫૬૭૮૯૦୧୨୩୪୫୬୭୮୯୦௧௨௩௪௫௬௭௮௯௦౧౨౩౪౫౬౭౮౯౦೧೨೩೪೫೬೭೮೯೦൧൨൩൪൫൬൭൮൯൦๑๒๓๔๕๖๗๘๙๐໑໒໓໔໕໖໗໘໙໐༡༢༣༤༥༦༧༨༩༠၁၂၃၄၅၆၇၈၉၀១២៣៤៥៦៧៨៩០᠑᠒᠓᠔᠕᠖᠗᠘᠙᠐', '12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890') end collate "C") as "p_2"
              from (select array[a."c_resident_ref"]::text[] as key,
                (nullif(btrim(a."c_resident_ref", E' \t\r\n\u00a0'), '') is null) as key_missing,
                nullif(btrim(a."c_resident_ref", E' \t\r\n\u00a0'), '') as "c_resident_ref",
                nullif(btrim(a."c_title", E' \t\r\n\u00a0'), '') as "c_title",
                nullif(btrim(a."c_surname", E' \t\r\n\u00a0'), '') as "c_surname",
                nullif(btrim(a."c_phone_mobile", E' \t\r\n\u00a0'), '') as "c_phone_mobile",
                nullif(btrim(a."c_phone_home", E' \t\r\n\u00a0'), '') as "c_phone_home",
                nullif(btrim(a."c_language", E' \t\r\n\u00a0'), '') as "c_language"
                from arrived a offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) c
join sampled s on s.key = c.key and s.state = 'in'
join recheck r on r.key = c.key
where (c.key in (select d.key from (select e.k ->> 0 as "k1", array[e.k ->> 0] as key
      from json_array_elements($11::json) e(k)) d)) is true
and (c.key in (select array[a."c_resident_ref"]::text[] from arrived a group by 1 having count(*) = 1)) is true
--   $1 = "survey_ref:warwickshire-perception:"
--   $2 = ["mobile","landline"]
--   $3 = ["mobile","landline"]
--   $4 = ["mobile","landline"]
--   $5 = ["mobile","landline"]
--   $6 = ["mobile","landline"]
--   $7 = ["mobile","landline"]
--   $8 = ["mobile","landline"]
--   $9 = ["mobile","landline"]
--   $10 = "en"
--   $11 = <drawn>

-- minimise: incomplete
select key from contact where "f_phone" is null

-- minimise: contacts
select c.survey_ref as "survey_ref", c."f_title" as "title", c."f_surname" as "surname", c."f_phone" as "phone", c."f_language" as "language"
from contact c join sampled s on s.key = c.key and s.state = 'in'
order by c.survey_ref collate "C"

-- minimise: released
select c.survey_ref as "survey_ref", c."f_title" as "title", c."f_surname" as "surname", c."f_phone" as "phone", c."f_language" as "language"
from contact c join sampled s on s.key = c.key and (s.state = 'in' or s.struck_by <> $1::text)
order by c.survey_ref collate "C"
--   $1 = "incomplete"

-- minimise again: reset
truncate contact_again

-- minimise again: load 1 of 1
insert into "contact_again" (survey_ref, key, frame_id, "f_title", "f_surname", "f_phone", "f_language")
select left(encode(sha256((select current_setting('cordon.ref_outer')::bytea) || sha256((select current_setting('cordon.ref_inner')::bytea) || convert_to($1::text || array_to_json(s.key)::text, 'UTF8'))), 'hex'), 20), s.key, s.frame_id, c."f_title", c."f_surname", c."f_phone", c."f_language"
from (select l.*,
  coalesce(nullif(btrim(regexp_replace("c_title", '[\u0001-\u001f\u007f-\u009f\u2028\u2029\ufeff]+', ' ', 'g')), '')) as "f_title",
  coalesce(nullif(btrim(regexp_replace("c_surname", '[\u0001-\u001f\u007f-\u009f\u2028\u2029\ufeff]+', ' ', 'g')), '')) as "f_surname",
  coalesce(case when "k_1_1" = any ($2::text[]) then "e_1_1" end, case when "k_1_2" = any ($3::text[]) then "e_1_2" end, case when "k_1_3" = any ($4::text[]) then "e_1_3" end, case when "k_1_4" = any ($5::text[]) then "e_1_4" end, case when "k_2_1" = any ($6::text[]) then "e_2_1" end, case when "k_2_2" = any ($7::text[]) then "e_2_2" end, case when "k_2_3" = any ($8::text[]) then "e_2_3" end, case when "k_2_4" = any ($9::text[]) then "e_2_4" end) as "f_phone",
  coalesce(nullif(btrim(regexp_replace("c_language", '[\u0001-\u001f\u007f-\u009f\u2028\u2029\ufeff]+', ' ', 'g')), ''), $10::text) as "f_language"
  from (select l.*,
    case
    when "e_1_1" is null then null
    when left(("m_1")[1], 1) = 'x' then 'other'
    when substr("e_1_1", 4, 1) = '7' and substr("e_1_1", 5, 1) not in ('0', '6') then 'mobile'
    when substr("e_1_1", 4, 1) in ('1', '2') then 'landline'
    else 'other'
    end as "k_1_1",
    case
    when "e_1_2" is null then null
    when left(("m_1")[2], 1) = 'x' then 'other'
    when substr("e_1_2", 4, 1) = '7' and substr("e_1_2", 5, 1) not in ('0', '6') then 'mobile'
    when substr("e_1_2", 4, 1) in ('1', '2') then 'landline'
    else 'other'
    end as "k_1_2",
    case
    when "e_1_3" is null then null
    when left(("m_1")[3], 1) = 'x' then 'other'
    when substr("e_1_3", 4, 1) = '7' and substr("e_1_3", 5, 1) not in ('0', '6') then 'mobile'
    when substr("e_1_3", 4, 1) in ('1', '2') then 'landline'
    else 'other'
    end as "k_1_3",
    case
    when "e_1_4" is null then null
    when left(("m_1")[4], 1) = 'x' then 'other'
    when substr("e_1_4", 4, 1) = '7' and substr("e_1_4", 5, 1) not in ('0', '6') then 'mobile'
    when substr("e_1_4", 4, 1) in ('1', '2') then 'landline'
    else 'other'
    end as "k_1_4",
    case
    when "e_2_1" is null then null
    when left(("m_2")[1], 1) = 'x' then 'other'
    when substr("e_2_1", 4, 1) = '7' and substr("e_2_1", 5, 1) not in ('0', '6') then 'mobile'
    when substr("e_2_1", 4, 1) in ('1', '2') then 'landline'
    else 'other'
    end as "k_2_1",
    case
    when "e_2_2" is null then null
    when left(("m_2")[2], 1) = 'x' then 'other'
    when substr("e_2_2", 4, 1) = '7' and substr("e_2_2", 5, 1) not in ('0', '6') then 'mobile'
    when substr("e_2_2", 4, 1) in ('1', '2') then 'landline'
    else 'other'
    end as "k_2_2",
    case
    when "e_2_3" is null then null
    when left(("m_2")[3], 1) = 'x' then 'other'
    when substr("e_2_3", 4, 1) = '7' and substr("e_2_3", 5, 1) not in ('0', '6') then 'mobile'
    when substr("e_2_3", 4, 1) in ('1', '2') then 'landline'
    else 'other'
    end as "k_2_3",
    case
    when "e_2_4" is null then null
    when left(("m_2")[4], 1) = 'x' then 'other'
    when substr("e_2_4", 4, 1) = '7' and substr("e_2_4", 5, 1) not in ('0', '6') then 'mobile'
    when substr("e_2_4", 4, 1) in ('1', '2') then 'landline'
    else 'other'
    end as "k_2_4"
    from (select l.*,
      coalesce("w_1", ltrim(("m_1")[1], 'x')) as "e_1_1",
      ltrim(("m_1")[2], 'x') as "e_1_2",
      ltrim(("m_1")[3], 'x') as "e_1_3",
      ltrim(("m_1")[4], 'x') as "e_1_4",
      coalesce("w_2", ltrim(("m_2")[1], 'x')) as "e_2_1",
      ltrim(("m_2")[2], 'x') as "e_2_2",
      ltrim(("m_2")[3], 'x') as "e_2_3",
      ltrim(("m_2")[4], 'x') as "e_2_4"
      from (select l.*,
        case when "w_1" is null and length("p_1") > 9 then (select case
          when cardinality(m) > 0 and length(regexp_replace("p_1", '[^0-9]+', '', 'g')) < 11 * cardinality(m) + 9 then m
          else array(select n from unnest(m || array(
                select mark || '+44' || national from (select mark, regexp_replace(regexp_replace(number, '[^0-9]', '', 'g'), '^(?:0?0?44)?0?', '') as national, nth, place
                  from (select 'x' as mark, r[1] as number, nth, 1 as place
                    from regexp_matches(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(replace("p_1", '%2b', '+'), '&[#a-z0-9]+;|%20|_x000d_', ' ', 'g'), '(?:\+|(?<![0-9])00)[ (]*(?!4 ?4|[0(])[1-9](?:[ .()-]{0,2}[0-9]){6,14}', '<>', 'g'), '(?<=[0-9]o*)o(?![a-np-z])|(?<=[0-9][ -]?o*)o(?=[ilo]+[0-9])|(?<![a-np-z])o(?=o*[0-9])', '0', 'g'), '(?<=[0-9][ -]?[il]*)[il](?=[il]*[0-9])', '1', 'g'), '([1-9])\.([0-9]{9,11})e\+?[0-9]{1,2}(?![0-9])', '\1\2', 'g'), '([0-9]{9})\.0+(?![0-9])', '\1', 'g'), '((?<![0-9] *)(?:\+?(?:00)? ?44 ?(?:\(0\) ?)?|0)[1-9][0-9]{1,4}\)?) / (?=[0-9]{3,4} ?[0-9]{3,4}(?! ?[0-9]))', '\1 ', 'g'), '(?<![0-9/.-])(?:[0-3]?[0-9][/.-][01]?[0-9][/.-](?:[0-9]{4}|[0-9]{2})|20[0-9]{2}-[01][0-9]-[0-3][0-9]|[0-9]+(?:/[0-9]+)+)(?![0-9/])|(?<![0-9])[0-3]?[0-9](?:st|nd|rd|th)?\s+(?:of\s+)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*(?:\s+(?:20)?[0-9]{2})?(?![0-9])|\m(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\s+20[0-9]{2}(?![0-9])|(?<![0-9])[0-9]{1,4}\s*(?:[ap]\.?m|hrs?|hours?|h|x|calls?|times?|attempts?|rings?|mins?|minutes?|days?|weeks?|st|nd|rd|th)\M|(?<![0-9])(?:[01]?[0-9]|2[0-4])[:.][0-5][0-9](?![0-9])|(?<![0-9][._-]?)(?:[01]?[0-9]|2[0-4])(?:[0-5][0-9])?\s*(?:-|/|to|till?|until|and)\s*(?:[01]?[0-9]|2[0-4])(?:[0-5][0-9])?(?![0-9])|(?<=[a-z#]\s?)[0-9](?![0-9])|(?<![0-9])14(?:1|70)[ ,-]+(?=[(+0])', '<>', 'g'), ' / ', '<>', 'g'), '(?<![0-9][ ._-]?)((?:(?:0?0?[ ,.;|=/\\()_-]{0,3}44[ ,.;|=/\\()_-]{0,3}0?|0)[ ,.;|=/\\()_-]{0,3}(?=[1-9])|(?=[17]|2[03489]))(?:[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{6}|[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}|[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{4}|[0-9]{2}[ ,.;|=/\\()_-]{0,3}[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{4}|[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{5}|[0-9]{5}[ ,.;|=/\\()_-]{0,3}[0-9]{4}|[0-9]{1}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}))(?![ ._-]?[0-9])', 'g') with ordinality f(r, nth)) p) n where national ~ '^(?:[1-9][0-9]{9}|1(?:2(?:0(?:46[1-4]|87[2-9])|545[1-79]|76(?:2\d|3[1-8]|6[1-6])|9(?:7(?:2[0-4]|3[2-5])|8(?:2[2-8]|7[0-47-9]|8[3-5])))|3(?:6(?:38[2-5]|47[23])|8(?:47[04-9]|64[0157-9]))|4(?:044[1-7]|20(?:2[23]|8\d)|6(?:0(?:30|5[2-57]|6[1-8]|7[2-8])|140)|8(?:052|87[1-3]))|5(?:2(?:4(?:3[2-79]|6\d)|76\d)|6(?:26[06-9]|686))|6(?:06(?:4\d|7[4-79])|295[5-7]|35[34]\d|47(?:24|61)|59(?:5[08]|6[67]|74)|9(?:55[0-4]|77[23]))|7(?:26(?:6[13-9]|7[0-7])|(?:442|688)\d|50(?:2[0-3]|[3-68]2|76))|8(?:27[56]\d|37(?:5[2-5]|8[239])|843[2-58])|9(?:0(?:0(?:6[1-8]|85)|52\d)|3583|4(?:66[1-8]|9(?:2[01]|81))|63(?:23|3[1-4])|9561))\d{3})$' order by nth, place)) with ordinality f(n, nth) group by n order by min(nth)) end
          from (select array(
              select mark || '+44' || national from (select mark, regexp_replace(regexp_replace(number, '[^0-9]', '', 'g'), '^(?:0?0?44)?0?', '') as national, nth, place
                from (select case when found.r[2] ~ '^[^a-z0-9]*(x|xt|ext|extn|extension|#)[^a-z0-9]*$' then 'x' else '' end as mark, number, found.nth, place
                  from regexp_matches(regexp_replace("p_1", '(^|[^0-9])[0-9][):.]\s+(?=[+(0])', '\1;', 'g'), '(\+?[0-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9])*)([^0-9+]*)', 'g') with ordinality found(r, nth),
                  unnest(regexp_match(ltrim(found.r[1], '+'), '^((?:0[][ (){}._*~:''"\t\r\n-]*0[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|0)[][ (){}._*~:''"\t\r\n-]*[1-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9]){8,9})(?:[][ (){}._*~:''"\t\r\n-]*[\s-][][ (){}._*~:''"\t\r\n-]*((?:0[][ (){}._*~:''"\t\r\n-]*0[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|0)[][ (){}._*~:''"\t\r\n-]*[1-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9]){8,9}))?(?:[][ (){}._*~:''"\t\r\n-]*[\s-][][ (){}._*~:''"\t\r\n-]*((?:0[][ (){}._*~:''"\t\r\n-]*0[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|0)[][ (){}._*~:''"\t\r\n-]*[1-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9]){8,9}))?$'))
                  with ordinality part(number, place) where number is not null) p) n where national ~ '^(?:[1-9][0-9]{9}|1(?:2(?:0(?:46[1-4]|87[2-9])|545[1-79]|76(?:2\d|3[1-8]|6[1-6])|9(?:7(?:2[0-4]|3[2-5])|8(?:2[2-8]|7[0-47-9]|8[3-5])))|3(?:6(?:38[2-5]|47[23])|8(?:47[04-9]|64[0157-9]))|4(?:044[1-7]|20(?:2[23]|8\d)|6(?:0(?:30|5[2-57]|6[1-8]|7[2-8])|140)|8(?:052|87[1-3]))|5(?:2(?:4(?:3[2-79]|6\d)|76\d)|6(?:26[06-9]|686))|6(?:06(?:4\d|7[4-79])|295[5-7]|35[34]\d|47(?:24|61)|59(?:5[08]|6[67]|74)|9(?:55[0-4]|77[23]))|7(?:26(?:6[13-9]|7[0-7])|(?:442|688)\d|50(?:2[0-3]|[3-68]2|76))|8(?:27[56]\d|37(?:5[2-5]|8[239])|843[2-58])|9(?:0(?:0(?:6[1-8]|85)|52\d)|3583|4(?:66[1-8]|9(?:2[01]|81))|63(?:23|3[1-4])|9561))\d{3})$' order by nth, place) as m offset 0) plainly) end as "m_1",
        case when "w_2" is null and length("p_2") > 9 then (select case
          when cardinality(m) > 0 and length(regexp_replace("p_2", '[^0-9]+', '', 'g')) < 11 * cardinality(m) + 9 then m
          else array(select n from unnest(m || array(
                select mark || '+44' || national from (select mark, regexp_replace(regexp_replace(number, '[^0-9]', '', 'g'), '^(?:0?0?44)?0?', '') as national, nth, place
                  from (select 'x' as mark, r[1] as number, nth, 1 as place
                    from regexp_matches(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(replace("p_2", '%2b', '+'), '&[#a-z0-9]+;|%20|_x000d_', ' ', 'g'), '(?:\+|(?<![0-9])00)[ (]*(?!4 ?4|[0(])[1-9](?:[ .()-]{0,2}[0-9]){6,14}', '<>', 'g'), '(?<=[0-9]o*)o(?![a-np-z])|(?<=[0-9][ -]?o*)o(?=[ilo]+[0-9])|(?<![a-np-z])o(?=o*[0-9])', '0', 'g'), '(?<=[0-9][ -]?[il]*)[il](?=[il]*[0-9])', '1', 'g'), '([1-9])\.([0-9]{9,11})e\+?[0-9]{1,2}(?![0-9])', '\1\2', 'g'), '([0-9]{9})\.0+(?![0-9])', '\1', 'g'), '((?<![0-9] *)(?:\+?(?:00)? ?44 ?(?:\(0\) ?)?|0)[1-9][0-9]{1,4}\)?) / (?=[0-9]{3,4} ?[0-9]{3,4}(?! ?[0-9]))', '\1 ', 'g'), '(?<![0-9/.-])(?:[0-3]?[0-9][/.-][01]?[0-9][/.-](?:[0-9]{4}|[0-9]{2})|20[0-9]{2}-[01][0-9]-[0-3][0-9]|[0-9]+(?:/[0-9]+)+)(?![0-9/])|(?<![0-9])[0-3]?[0-9](?:st|nd|rd|th)?\s+(?:of\s+)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*(?:\s+(?:20)?[0-9]{2})?(?![0-9])|\m(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\s+20[0-9]{2}(?![0-9])|(?<![0-9])[0-9]{1,4}\s*(?:[ap]\.?m|hrs?|hours?|h|x|calls?|times?|attempts?|rings?|mins?|minutes?|days?|weeks?|st|nd|rd|th)\M|(?<![0-9])(?:[01]?[0-9]|2[0-4])[:.][0-5][0-9](?![0-9])|(?<![0-9][._-]?)(?:[01]?[0-9]|2[0-4])(?:[0-5][0-9])?\s*(?:-|/|to|till?|until|and)\s*(?:[01]?[0-9]|2[0-4])(?:[0-5][0-9])?(?![0-9])|(?<=[a-z#]\s?)[0-9](?![0-9])|(?<![0-9])14(?:1|70)[ ,-]+(?=[(+0])', '<>', 'g'), ' / ', '<>', 'g'), '(?<![0-9][ ._-]?)((?:(?:0?0?[ ,.;|=/\\()_-]{0,3}44[ ,.;|=/\\()_-]{0,3}0?|0)[ ,.;|=/\\()_-]{0,3}(?=[1-9])|(?=[17]|2[03489]))(?:[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{6}|[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}|[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{4}|[0-9]{2}[ ,.;|=/\\()_-]{0,3}[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{4}|[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{5}|[0-9]{5}[ ,.;|=/\\()_-]{0,3}[0-9]{4}|[0-9]{1}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}))(?![ ._-]?[0-9])', 'g') with ordinality f(r, nth)) p) n where national ~ '^(?:[1-9][0-9]{9}|1(?:2(?:0(?:46[1-4]|87[2-9])|545[1-79]|76(?:2\d|3[1-8]|6[1-6])|9(?:7(?:2[0-4]|3[2-5])|8(?:2[2-8]|7[0-47-9]|8[3-5])))|3(?:6(?:38[2-5]|47[23])|8(?:47[04-9]|64[0157-9]))|4(?:044[1-7]|20(?:2[23]|8\d)|6(?:0(?:30|5[2-57]|6[1-8]|7[2-8])|140)|8(?:052|87[1-3]))|5(?:2(?:4(?:3[2-79]|6\d)|76\d)|6(?:26[06-9]|686))|6(?:06(?:4\d|7[4-79])|295[5-7]|35[34]\d|47(?:24|61)|59(?:5[08]|6[67]|74)|9(?:55[0-4]|77[23]))|7(?:26(?:6[13-9]|7[0-7])|(?:442|688)\d|50(?:2[0-3]|[3-68]2|76))|8(?:27[56]\d|37(?:5[2-5]|8[239])|843[2-58])|9(?:0(?:0(?:6[1-8]|85)|52\d)|3583|4(?:66[1-8]|9(?:2[01]|81))|63(?:23|3[1-4])|9561))\d{3})$' order by nth, place)) with ordinality f(n, nth) group by n order by min(nth)) end
          from (select array(
              select mark || '+44' || national from (select mark, regexp_replace(regexp_replace(number, '[^0-9]', '', 'g'), '^(?:0?0?44)?0?', '') as national, nth, place
                from (select case when found.r[2] ~ '^[^a-z0-9]*(x|xt|ext|extn|extension|#)[^a-z0-9]*$' then 'x' else '' end as mark, number, found.nth, place
                  from regexp_matches(regexp_replace("p_2", '(^|[^0-9])[0-9][):.]\s+(?=[+(0])', '\1;', 'g'), '(\+?[0-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9])*)([^0-9+]*)', 'g') with ordinality found(r, nth),
                  unnest(regexp_match(ltrim(found.r[1], '+'), '^((?:0[][ (){}._*~:''"\t\r\n-]*0[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|0)[][ (){}._*~:''"\t\r\n-]*[1-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9]){8,9})(?:[][ (){}._*~:''"\t\r\n-]*[\s-][][ (){}._*~:''"\t\r\n-]*((?:0[][ (){}._*~:''"\t\r\n-]*0[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|0)[][ (){}._*~:''"\t\r\n-]*[1-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9]){8,9}))?(?:[][ (){}._*~:''"\t\r\n-]*[\s-][][ (){}._*~:''"\t\r\n-]*((?:0[][ (){}._*~:''"\t\r\n-]*0[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|0)[][ (){}._*~:''"\t\r\n-]*[1-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9]){8,9}))?$'))
                  with ordinality part(number, place) where number is not null) p) n where national ~ '^(?:[1-9][0-9]{9}|1(?:2(?:0(?:46[1-4]|87[2-9])|545[1-79]|76(?:2\d|3[1-8]|6[1-6])|9(?:7(?:2[0-4]|3[2-5])|8(?:2[2-8]|7[0-47-9]|8[3-5])))|3(?:6(?:38[2-5]|47[23])|8(?:47[04-9]|64[0157-9]))|4(?:044[1-7]|20(?:2[23]|8\d)|6(?:0(?:30|5[2-57]|6[1-8]|7[2-8])|140)|8(?:052|87[1-3]))|5(?:2(?:4(?:3[2-79]|6\d)|76\d)|6(?:26[06-9]|686))|6(?:06(?:4\d|7[4-79])|295[5-7]|35[34]\d|47(?:24|61)|59(?:5[08]|6[67]|74)|9(?:55[0-4]|77[23]))|7(?:26(?:6[13-9]|7[0-7])|(?:442|688)\d|50(?:2[0-3]|[3-68]2|76))|8(?:27[56]\d|37(?:5[2-5]|8[239])|843[2-58])|9(?:0(?:0(?:6[1-8]|85)|52\d)|3583|4(?:66[1-8]|9(?:2[01]|81))|63(?:23|3[1-4])|9561))\d{3})$' order by nth, place) as m offset 0) plainly) end as "m_2"
        from (select l.*,
          case
          when translate("d_1", '6789012345', '') <> '' then null
          when length("d_1") = 11 and substr("d_1", 1, 1) = '0' and substr("d_1", 2, 1) <> '0' then '+44' || substr("d_1", 2)
          when length("d_1") = 12 and left("d_1", 2) = '44' and substr("d_1", 3, 1) <> '0' then '+' || "d_1"
          when length("d_1") = 13 and left("d_1", 3) = '440' and substr("d_1", 4, 1) <> '0' then '+44' || substr("d_1", 4)
          when length("d_1") = 14 and left("d_1", 4) = '0044' and substr("d_1", 5, 1) <> '0' then '+' || substr("d_1", 3)
          when length("d_1") = 15 and left("d_1", 5) = '00440' and substr("d_1", 6, 1) <> '0' then '+44' || substr("d_1", 6)
          end as "w_1",
          case
          when translate("d_2", '6789012345', '') <> '' then null
          when length("d_2") = 11 and substr("d_2", 1, 1) = '0' and substr("d_2", 2, 1) <> '0' then '+44' || substr("d_2", 2)
          when length("d_2") = 12 and left("d_2", 2) = '44' and substr("d_2", 3, 1) <> '0' then '+' || "d_2"
          when length("d_2") = 13 and left("d_2", 3) = '440' and substr("d_2", 4, 1) <> '0' then '+44' || substr("d_2", 4)
          when length("d_2") = 14 and left("d_2", 4) = '0044' and substr("d_2", 5, 1) <> '0' then '+' || substr("d_2", 3)
          when length("d_2") = 15 and left("d_2", 5) = '00440' and substr("d_2", 6, 1) <> '0' then '+44' || substr("d_2", 6)
          end as "w_2"
          from (select l.*,
            translate(replace("p_1", ' / ', ';'), ' ()-.+/', '') as "d_1",
            translate(replace("p_2", ' / ', ';'), ' ()-.+/', '') as "d_2"
            from (select l.*,
              lower(case when octet_length("c_phone_mobile") = length("c_phone_mobile") then "c_phone_mobile"
                else translate(normalize(translate(translate("c_phone_mobile", E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKC), '١٢٣٤٥٦٧٨٩٠۱۲۳۴۵۶۷۸۹۰१२३४५६७८९०১২৩৪৫৬৭৮৯০੧੨੩੪੫੬੭੮੯੦૧૨૩૪૫૬૭૮૯૦୧୨୩୪୫୬୭୮୯୦௧௨௩௪௫௬௭௮௯௦౧౨౩౪౫౬౭౮౯౦೧೨೩೪೫೬೭೮೯೦൧൨൩൪൫൬൭൮൯൦๑๒๓๔๕๖๗๘๙๐໑໒໓໔໕໖໗໘໙໐༡༢༣༤༥༦༧༨༩༠၁၂၃၄၅၆၇၈၉၀១២៣៤៥៦៧៨៩០᠑᠒᠓᠔᠕᠖᠗᠘᠙᠐', '12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890') end collate "C") as "p_1",
              lower(case when octet_length("c_phone_home") = length("c_phone_home") then "c_phone_home"
                else translate(normalize(translate(translate("c_phone_home", E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKC), '١٢٣٤٥٦٧٨٩٠۱۲۳۴۵۶۷۸۹۰१२३४५६७८९०১২৩৪৫৬৭৮৯০੧੨੩੪੫੬੭੮੯੦૧૨૩૪૫૬૭૮૯૦୧୨୩୪୫୬୭୮୯୦௧௨௩௪௫௬௭௮௯௦౧౨౩౪౫౬౭౮౯౦೧೨೩೪೫೬೭೮೯೦൧൨൩൪൫൬൭൮൯൦๑๒๓๔๕๖๗๘๙๐໑໒໓໔໕໖໗໘໙໐༡༢༣༤༥༦༧༨༩༠၁၂၃၄၅၆၇၈၉၀១២៣៤៥៦៧៨៩០᠑᠒᠓᠔᠕᠖᠗᠘᠙᠐', '12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890') end collate "C") as "p_2"
              from (select array[a."c_resident_ref"]::text[] as key,
                (nullif(btrim(a."c_resident_ref", E' \t\r\n\u00a0'), '') is null) as key_missing,
                nullif(btrim(a."c_resident_ref", E' \t\r\n\u00a0'), '') as "c_resident_ref",
                nullif(btrim(a."c_title", E' \t\r\n\u00a0'), '') as "c_title",
                nullif(btrim(a."c_surname", E' \t\r\n\u00a0'), '') as "c_surname",
                nullif(btrim(a."c_phone_mobile", E' \t\r\n\u00a0'), '') as "c_phone_mobile",
                nullif(btrim(a."c_phone_home", E' \t\r\n\u00a0'), '') as "c_phone_home",
                nullif(btrim(a."c_language", E' \t\r\n\u00a0'), '') as "c_language"
                from arrived a offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) c
join sampled s on s.key = c.key and s.state = 'in'
join recheck r on r.key = c.key
where (c.key in (select d.key from (select e.k ->> 0 as "k1", array[e.k ->> 0] as key
      from json_array_elements($11::json) e(k)) d)) is true
and (c.key in (select array[a."c_resident_ref"]::text[] from arrived a group by 1 having count(*) = 1)) is true
--   $1 = "survey_ref:warwickshire-perception:"
--   $2 = ["mobile","landline"]
--   $3 = ["mobile","landline"]
--   $4 = ["mobile","landline"]
--   $5 = ["mobile","landline"]
--   $6 = ["mobile","landline"]
--   $7 = ["mobile","landline"]
--   $8 = ["mobile","landline"]
--   $9 = ["mobile","landline"]
--   $10 = "en"
--   $11 = <drawn>

-- minimise again: changed
select c.key from contact c
join sampled s on s.key = c.key and s.state = 'in'
left join contact_again a on a.key = c.key
where a.key is null or a."f_title" is distinct from c."f_title" or a."f_surname" is distinct from c."f_surname" or a."f_phone" is distinct from c."f_phone" or a."f_language" is distinct from c."f_language"

-- explain: read
select s."resident_ref"::text,
s."born_on"::text,
s."district"::text,
s."left_on"::text,
s."attempts"::text,
s."deceased"::text,
s."phone_mobile"::text,
s."phone_home"::text,
s."forename"::text,
s."surname"::text,
s."postcode"::text
from "survey"."resident" s
where true
and (nullif(case when s."resident_ref"::text !~ '[^A-Z0-9/ -]' then translate(s."resident_ref"::text, '/ -', '')
    else regexp_replace(upper(case when octet_length(s."resident_ref"::text) = length(s."resident_ref"::text) then s."resident_ref"::text
        else translate(normalize(translate(translate(s."resident_ref"::text, E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKC), '١٢٣٤٥٦٧٨٩٠۱۲۳۴۵۶۷۸۹۰१२३४५६७८९०১২৩৪৫৬৭৮৯০੧੨੩੪੫੬੭੮੯੦૧૨૩૪૫૬૭૮૯૦୧୨୩୪୫୬୭୮୯୦௧௨௩௪௫௬௭௮௯௦౧౨౩౪౫౬౭౮౯౦೧೨೩೪೫೬೭೮೯೦൧൨൩൪൫൬൭൮൯൦๑๒๓๔๕๖๗๘๙๐໑໒໓໔໕໖໗໘໙໐༡༢༣༤༥༦༧༨༩༠၁၂၃၄၅၆၇၈၉၀១២៣៤៥៦៧៨៩០᠑᠒᠓᠔᠕᠖᠗᠘᠙᠐', '12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890') end collate "C"), '[^A-Z0-9]+', '', 'g') end, '') = (select nullif(case when current_setting('cordon.reference') !~ '[^A-Z0-9/ -]' then translate(current_setting('cordon.reference'), '/ -', '')
      else regexp_replace(upper(case when octet_length(current_setting('cordon.reference')) = length(current_setting('cordon.reference')) then current_setting('cordon.reference')
          else translate(normalize(translate(translate(current_setting('cordon.reference'), E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKC), '١٢٣٤٥٦٧٨٩٠۱۲۳۴۵۶۷۸۹۰१२३४५६७८९०১২৩৪৫৬৭৮৯০੧੨੩੪੫੬੭੮੯੦૧૨૩૪૫૬૭૮૯૦୧୨୩୪୫୬୭୮୯୦௧௨௩௪௫௬௭௮௯௦౧౨౩౪౫౬౭౮౯౦೧೨೩೪೫೬೭೮೯೦൧൨൩൪൫൬൭൮൯൦๑๒๓๔๕๖๗๘๙๐໑໒໓໔໕໖໗໘໙໐༡༢༣༤༥༦༧༨༩༠၁၂၃၄၅၆၇၈၉၀១២៣៤៥៦៧៨៩០᠑᠒᠓᠔᠕᠖᠗᠘᠙᠐', '12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890') end collate "C"), '[^A-Z0-9]+', '', 'g') end, '')))

-- explain: arrived
create temp table arrived ("c_resident_ref" text, "c_born_on" text, "c_district" text, "c_left_on" text, "c_attempts" text, "c_deceased" text, "c_phone_mobile" text, "c_phone_home" text, "c_forename" text, "c_surname" text, "c_postcode" text) on commit drop

-- explain: load 1 of 1
insert into "recheck" ("key", "c_born_on", "c_district", "c_left_on", "c_attempts", "c_deceased", "check_0", "check_1", "phone_kinds", "phone_tokens", "reference_tokens", "person_tokens")
select t."key", t."v_c_born_on", t."v_c_district", t."v_c_left_on", t."v_c_attempts", t."v_c_deceased", case when regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g') ~ '^[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}$'
then not (array[substring(left(regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g'), -3) from '^[A-Z]+'), left(regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g'), -3), left(regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g'), -3) || ' ' || substr(regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g'), length(regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g')) - 2, 1)] && $1::text[]) end, ((' ' || btrim(regexp_replace(lower(translate(replace("c_surname", '&', ' and '), '.''’`', '') collate "C"), '[^a-z0-9]+', ' ', 'g')) || ' ') like any ($2::text[])), array_remove(array["k_1_1", "k_1_2", "k_1_3", "k_1_4", "k_2_1", "k_2_2", "k_2_3", "k_2_4"]::text[], null), array_remove(array[sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_1_1", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_1_2", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_1_3", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_1_4", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_2_1", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_2_2", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_2_3", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_2_4", 'UTF8')))]::bytea[], null), array_remove(array[sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('reference:' || "r_1", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('reference:' || nullif("l_1"[1], "r_1"), 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('reference:' || nullif("l_1"[2], "r_1"), 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('reference:' || nullif("l_1"[3], "r_1"), 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('reference:' || nullif("l_1"[4], "r_1"), 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('reference:' || nullif("l_1"[5], "r_1"), 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('reference:' || case when translate("r_1", 'IO', '') <> "r_1" and "r_1" ~ '[0-9][IO]+[0-9]' then regexp_replace(regexp_replace(regexp_replace("r_1", '(?<=[0-9][IO]*)[O](?=[IO]*[/\\._-]?[0-9])|(?<=[/\\._-][IO]*)[O](?=[IO]*[0-9])', '0', 'g'), '(?<=[0-9][IO]*)[I](?=[IO]*[/\\._-]?[0-9])|(?<=[/\\._-][IO]*)[I](?=[IO]*[0-9])', '1', 'g'), '^(?:URN|CRN|REFERENCE|REFS?|CRIME|CASE|INCIDENT|OCCURRENCE|REPORT|INVESTIGATION|UNIQUE|NUMBERS?|NUM|NO|NR|ID|LOG|CAD|NICHE|IS|THE|MY|OUR|YOUR|POLICE|INC|OCC|RE|CN|CR|CRI)+(?=[A-Z]{0,4}[0-9])', '') end, 'UTF8')))]::bytea[], null), case when (fore_first is not null and sur_all is not null and place is not null) then array_remove(array[sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || "held_first", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || "held_any", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || held_further[1], 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || held_further[2], 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || held_further[3], 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || held_further[4], 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || held_further[5], 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || held_further[6], 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || held_further[7], 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || held_further[8], 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || held_further[9], 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || held_further[10], 'UTF8')))]::bytea[], null) else '{}'::bytea[] end
from (select l.*,
  fore_first || '|' || sur_all || '|' || place as "held_first",
  left(fore_first, 1) || '*|' || sur_all || '|' || place as "held_any",
  case when fore_plain and sur_plain and length(fore_first) > 2 then null
  when fore like '%&%' or sur like '% % %' or sur like '%\_%' or fore_folded is not null or sur_folded is not null
  then array(select first || last || '|' || place
    from unnest(string_to_array((case when fore_folded is not null or sur_folded is not null then coalesce(fore_folded, fore) end), '&')) with ordinality n(name, alias),
    lateral (select split_part(name, ' ', 1) as x, string_to_array((case when fore_folded is not null or sur_folded is not null then coalesce(sur_folded, sur) end), ' ') as w) one,
    lateral (values (1, x || '|'), (2, left(x, 1) || '*|'), (3, case when name like '% %' then replace(name, ' ', '') || '|' end),
      (4, case when (length(x) = 1 or (length(x) = 2 and x ~ '^([^aeiouy][^aeiouy]|[aeiou][bcfghjkpqrtvwx]|am)$' and x not in ('md', 'ng'))) then left(x, 1) || '.|' end)) f(fore_nth, first),
    lateral (select 1 as sur_nth, translate((case when fore_folded is not null or sur_folded is not null then coalesce(sur_folded, sur) end), ' _', '') as last
      union all select 2, '~' || replace(u, '_', '') from unnest(w) u where cardinality(w) > 1
      union all select 2, '~' || split_part(u, '_', -1) from unnest(w) u where u like '%\_%'
      union all select 3, '~' || translate(w[i] || w[j], '_', '') from generate_series(1, 4) i, generate_series(i + 1, 5) j
      where cardinality(w) > 2 and w[j] is not null) l
    where first is not null and true and x <> ''
    group by first, last order by min(sur_nth), min(alias), min(fore_nth), last) || array(select first || last || '|' || place
    from unnest(string_to_array(fore, '&')) with ordinality n(name, alias),
    lateral (select split_part(name, ' ', 1) as x, string_to_array(sur, ' ') as w) one,
    lateral (values (1, x || '|'), (2, left(x, 1) || '*|'), (3, case when name like '% %' then replace(name, ' ', '') || '|' end),
      (4, case when (length(x) = 1 or (length(x) = 2 and x ~ '^([^aeiouy][^aeiouy]|[aeiou][bcfghjkpqrtvwx]|am)$' and x not in ('md', 'ng'))) then left(x, 1) || '.|' end)) f(fore_nth, first),
    lateral (select 1 as sur_nth, translate(sur, ' _', '') as last
      union all select 2, '~' || replace(u, '_', '') from unnest(w) u where cardinality(w) > 1
      union all select 2, '~' || split_part(u, '_', -1) from unnest(w) u where u like '%\_%'
      union all select 3, '~' || translate(w[i] || w[j], '_', '') from generate_series(1, 4) i, generate_series(i + 1, 5) j
      where cardinality(w) > 2 and w[j] is not null) l
    where first is not null and (alias > 1 or sur_nth > 1 or fore_nth > 2) and x <> ''
    group by first, last order by min(sur_nth), min(alias), min(fore_nth), last) || case when fore_plain and fore ~ '[ &]' then array[fore || '|' || sur_all || '|' || place] end
  when fore like '% %' or sur like '% %' or length(fore_first) < 3 then array_remove(array[case when fore like '% %' then replace(fore, ' ', '') || '|' else null end || sur_all || '|' || place, case when (length(fore_first) = 1 or (length(fore_first) = 2 and fore_first ~ '^([^aeiouy][^aeiouy]|[aeiou][bcfghjkpqrtvwx]|am)$' and fore_first not in ('md', 'ng'))) then left(fore_first, 1) || '.|' else null end || sur_all || '|' || place, fore_first || '|' || case when sur like '% %' then '~' || split_part(sur, ' ', 1) else null end || '|' || place, left(fore_first, 1) || '*|' || case when sur like '% %' then '~' || split_part(sur, ' ', 1) else null end || '|' || place, case when fore like '% %' then replace(fore, ' ', '') || '|' else null end || case when sur like '% %' then '~' || split_part(sur, ' ', 1) else null end || '|' || place, case when (length(fore_first) = 1 or (length(fore_first) = 2 and fore_first ~ '^([^aeiouy][^aeiouy]|[aeiou][bcfghjkpqrtvwx]|am)$' and fore_first not in ('md', 'ng'))) then left(fore_first, 1) || '.|' else null end || case when sur like '% %' then '~' || split_part(sur, ' ', 1) else null end || '|' || place, fore_first || '|' || case when sur like '% %' then '~' || split_part(sur, ' ', -1) else null end || '|' || place, left(fore_first, 1) || '*|' || case when sur like '% %' then '~' || split_part(sur, ' ', -1) else null end || '|' || place, case when fore like '% %' then replace(fore, ' ', '') || '|' else null end || case when sur like '% %' then '~' || split_part(sur, ' ', -1) else null end || '|' || place, case when (length(fore_first) = 1 or (length(fore_first) = 2 and fore_first ~ '^([^aeiouy][^aeiouy]|[aeiou][bcfghjkpqrtvwx]|am)$' and fore_first not in ('md', 'ng'))) then left(fore_first, 1) || '.|' else null end || case when sur like '% %' then '~' || split_part(sur, ' ', -1) else null end || '|' || place], null) || case when fore_plain and fore ~ '[ &]' then array[fore || '|' || sur_all || '|' || place] end end as "held_further"
  from (select t.*, "fore_plain", "sur_plain", "fore_0", "sur_0", "fore", "sur", "fore_first", "sur_all", "fore_folded", "sur_folded", "place_said", "place_0", "place"
    from (select l.*,
      case
      when "e_1_1" is null then null
      when left(("m_1")[1], 1) = 'x' then 'other'
      when substr("e_1_1", 4, 1) = '7' and substr("e_1_1", 5, 1) not in ('0', '6') then 'mobile'
      when substr("e_1_1", 4, 1) in ('1', '2') then 'landline'
      else 'other'
      end as "k_1_1",
      case
      when "e_1_2" is null then null
      when left(("m_1")[2], 1) = 'x' then 'other'
      when substr("e_1_2", 4, 1) = '7' and substr("e_1_2", 5, 1) not in ('0', '6') then 'mobile'
      when substr("e_1_2", 4, 1) in ('1', '2') then 'landline'
      else 'other'
      end as "k_1_2",
      case
      when "e_1_3" is null then null
      when left(("m_1")[3], 1) = 'x' then 'other'
      when substr("e_1_3", 4, 1) = '7' and substr("e_1_3", 5, 1) not in ('0', '6') then 'mobile'
      when substr("e_1_3", 4, 1) in ('1', '2') then 'landline'
      else 'other'
      end as "k_1_3",
      case
      when "e_1_4" is null then null
      when left(("m_1")[4], 1) = 'x' then 'other'
      when substr("e_1_4", 4, 1) = '7' and substr("e_1_4", 5, 1) not in ('0', '6') then 'mobile'
      when substr("e_1_4", 4, 1) in ('1', '2') then 'landline'
      else 'other'
      end as "k_1_4",
      case
      when "e_2_1" is null then null
      when left(("m_2")[1], 1) = 'x' then 'other'
      when substr("e_2_1", 4, 1) = '7' and substr("e_2_1", 5, 1) not in ('0', '6') then 'mobile'
      when substr("e_2_1", 4, 1) in ('1', '2') then 'landline'
      else 'other'
      end as "k_2_1",
      case
      when "e_2_2" is null then null
      when left(("m_2")[2], 1) = 'x' then 'other'
      when substr("e_2_2", 4, 1) = '7' and substr("e_2_2", 5, 1) not in ('0', '6') then 'mobile'
      when substr("e_2_2", 4, 1) in ('1', '2') then 'landline'
      else 'other'
      end as "k_2_2",
      case
      when "e_2_3" is null then null
      when left(("m_2")[3], 1) = 'x' then 'other'
      when substr("e_2_3", 4, 1) = '7' and substr("e_2_3", 5, 1) not in ('0', '6') then 'mobile'
      when substr("e_2_3", 4, 1) in ('1', '2') then 'landline'
      else 'other'
      end as "k_2_3",
      case
      when "e_2_4" is null then null
      when left(("m_2")[4], 1) = 'x' then 'other'
      when substr("e_2_4", 4, 1) = '7' and substr("e_2_4", 5, 1) not in ('0', '6') then 'mobile'
      when substr("e_2_4", 4, 1) in ('1', '2') then 'landline'
      else 'other'
      end as "k_2_4"
      from (select l.*,
        coalesce("w_1", ltrim(("m_1")[1], 'x')) as "e_1_1",
        ltrim(("m_1")[2], 'x') as "e_1_2",
        ltrim(("m_1")[3], 'x') as "e_1_3",
        ltrim(("m_1")[4], 'x') as "e_1_4",
        coalesce("w_2", ltrim(("m_2")[1], 'x')) as "e_2_1",
        ltrim(("m_2")[2], 'x') as "e_2_2",
        ltrim(("m_2")[3], 'x') as "e_2_3",
        ltrim(("m_2")[4], 'x') as "e_2_4"
        from (select l.*,
          case when "w_1" is null and length("p_1") > 9 then (select case
            when cardinality(m) > 0 and length(regexp_replace("p_1", '[^0-9]+', '', 'g')) < 11 * cardinality(m) + 9 then m
            else array(select n from unnest(m || array(
                  select mark || '+44' || national from (select mark, regexp_replace(regexp_replace(number, '[^0-9]', '', 'g'), '^(?:0?0?44)?0?', '') as national, nth, place
                    from (select 'x' as mark, r[1] as number, nth, 1 as place
                      from regexp_matches(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(replace("p_1", '%2b', '+'), '&[#a-z0-9]+;|%20|_x000d_', ' ', 'g'), '(?:\+|(?<![0-9])00)[ (]*(?!4 ?4|[0(])[1-9](?:[ .()-]{0,2}[0-9]){6,14}', '<>', 'g'), '(?<=[0-9]o*)o(?![a-np-z])|(?<=[0-9][ -]?o*)o(?=[ilo]+[0-9])|(?<![a-np-z])o(?=o*[0-9])', '0', 'g'), '(?<=[0-9][ -]?[il]*)[il](?=[il]*[0-9])', '1', 'g'), '([1-9])\.([0-9]{9,11})e\+?[0-9]{1,2}(?![0-9])', '\1\2', 'g'), '([0-9]{9})\.0+(?![0-9])', '\1', 'g'), '((?<![0-9] *)(?:\+?(?:00)? ?44 ?(?:\(0\) ?)?|0)[1-9][0-9]{1,4}\)?) / (?=[0-9]{3,4} ?[0-9]{3,4}(?! ?[0-9]))', '\1 ', 'g'), '(?<![0-9/.-])(?:[0-3]?[0-9][/.-][01]?[0-9][/.-](?:[0-9]{4}|[0-9]{2})|20[0-9]{2}-[01][0-9]-[0-3][0-9]|[0-9]+(?:/[0-9]+)+)(?![0-9/])|(?<![0-9])[0-3]?[0-9](?:st|nd|rd|th)?\s+(?:of\s+)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*(?:\s+(?:20)?[0-9]{2})?(?![0-9])|\m(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\s+20[0-9]{2}(?![0-9])|(?<![0-9])[0-9]{1,4}\s*(?:[ap]\.?m|hrs?|hours?|h|x|calls?|times?|attempts?|rings?|mins?|minutes?|days?|weeks?|st|nd|rd|th)\M|(?<![0-9])(?:[01]?[0-9]|2[0-4])[:.][0-5][0-9](?![0-9])|(?<![0-9][._-]?)(?:[01]?[0-9]|2[0-4])(?:[0-5][0-9])?\s*(?:-|/|to|till?|until|and)\s*(?:[01]?[0-9]|2[0-4])(?:[0-5][0-9])?(?![0-9])|(?<=[a-z#]\s?)[0-9](?![0-9])|(?<![0-9])14(?:1|70)[ ,-]+(?=[(+0])', '<>', 'g'), ' / ', '<>', 'g'), '(?<![0-9][ ._-]?)((?:(?:0?0?[ ,.;|=/\\()_-]{0,3}44[ ,.;|=/\\()_-]{0,3}0?|0)[ ,.;|=/\\()_-]{0,3}(?=[1-9])|(?=[17]|2[03489]))(?:[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{6}|[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}|[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{4}|[0-9]{2}[ ,.;|=/\\()_-]{0,3}[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{4}|[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{5}|[0-9]{5}[ ,.;|=/\\()_-]{0,3}[0-9]{4}|[0-9]{1}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}))(?![ ._-]?[0-9])', 'g') with ordinality f(r, nth)) p) n where national ~ '^(?:[1-9][0-9]{9}|1(?:2(?:0(?:46[1-4]|87[2-9])|545[1-79]|76(?:2\d|3[1-8]|6[1-6])|9(?:7(?:2[0-4]|3[2-5])|8(?:2[2-8]|7[0-47-9]|8[3-5])))|3(?:6(?:38[2-5]|47[23])|8(?:47[04-9]|64[0157-9]))|4(?:044[1-7]|20(?:2[23]|8\d)|6(?:0(?:30|5[2-57]|6[1-8]|7[2-8])|140)|8(?:052|87[1-3]))|5(?:2(?:4(?:3[2-79]|6\d)|76\d)|6(?:26[06-9]|686))|6(?:06(?:4\d|7[4-79])|295[5-7]|35[34]\d|47(?:24|61)|59(?:5[08]|6[67]|74)|9(?:55[0-4]|77[23]))|7(?:26(?:6[13-9]|7[0-7])|(?:442|688)\d|50(?:2[0-3]|[3-68]2|76))|8(?:27[56]\d|37(?:5[2-5]|8[239])|843[2-58])|9(?:0(?:0(?:6[1-8]|85)|52\d)|3583|4(?:66[1-8]|9(?:2[01]|81))|63(?:23|3[1-4])|9561))\d{3})$' order by nth, place)) with ordinality f(n, nth) group by n order by min(nth)) end
            from (select array(
                select mark || '+44' || national from (select mark, regexp_replace(regexp_replace(number, '[^0-9]', '', 'g'), '^(?:0?0?44)?0?', '') as national, nth, place
                  from (select case when found.r[2] ~ '^[^a-z0-9]*(x|xt|ext|extn|extension|#)[^a-z0-9]*$' then 'x' else '' end as mark, number, found.nth, place
                    from regexp_matches(regexp_replace("p_1", '(^|[^0-9])[0-9][):.]\s+(?=[+(0])', '\1;', 'g'), '(\+?[0-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9])*)([^0-9+]*)', 'g') with ordinality found(r, nth),
                    unnest(regexp_match(ltrim(found.r[1], '+'), '^((?:0[][ (){}._*~:''"\t\r\n-]*0[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|0)[][ (){}._*~:''"\t\r\n-]*[1-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9]){8,9})(?:[][ (){}._*~:''"\t\r\n-]*[\s-][][ (){}._*~:''"\t\r\n-]*((?:0[][ (){}._*~:''"\t\r\n-]*0[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|0)[][ (){}._*~:''"\t\r\n-]*[1-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9]){8,9}))?(?:[][ (){}._*~:''"\t\r\n-]*[\s-][][ (){}._*~:''"\t\r\n-]*((?:0[][ (){}._*~:''"\t\r\n-]*0[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|0)[][ (){}._*~:''"\t\r\n-]*[1-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9]){8,9}))?$'))
                    with ordinality part(number, place) where number is not null) p) n where national ~ '^(?:[1-9][0-9]{9}|1(?:2(?:0(?:46[1-4]|87[2-9])|545[1-79]|76(?:2\d|3[1-8]|6[1-6])|9(?:7(?:2[0-4]|3[2-5])|8(?:2[2-8]|7[0-47-9]|8[3-5])))|3(?:6(?:38[2-5]|47[23])|8(?:47[04-9]|64[0157-9]))|4(?:044[1-7]|20(?:2[23]|8\d)|6(?:0(?:30|5[2-57]|6[1-8]|7[2-8])|140)|8(?:052|87[1-3]))|5(?:2(?:4(?:3[2-79]|6\d)|76\d)|6(?:26[06-9]|686))|6(?:06(?:4\d|7[4-79])|295[5-7]|35[34]\d|47(?:24|61)|59(?:5[08]|6[67]|74)|9(?:55[0-4]|77[23]))|7(?:26(?:6[13-9]|7[0-7])|(?:442|688)\d|50(?:2[0-3]|[3-68]2|76))|8(?:27[56]\d|37(?:5[2-5]|8[239])|843[2-58])|9(?:0(?:0(?:6[1-8]|85)|52\d)|3583|4(?:66[1-8]|9(?:2[01]|81))|63(?:23|3[1-4])|9561))\d{3})$' order by nth, place) as m offset 0) plainly) end as "m_1",
          case when "w_2" is null and length("p_2") > 9 then (select case
            when cardinality(m) > 0 and length(regexp_replace("p_2", '[^0-9]+', '', 'g')) < 11 * cardinality(m) + 9 then m
            else array(select n from unnest(m || array(
                  select mark || '+44' || national from (select mark, regexp_replace(regexp_replace(number, '[^0-9]', '', 'g'), '^(?:0?0?44)?0?', '') as national, nth, place
                    from (select 'x' as mark, r[1] as number, nth, 1 as place
                      from regexp_matches(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(replace("p_2", '%2b', '+'), '&[#a-z0-9]+;|%20|_x000d_', ' ', 'g'), '(?:\+|(?<![0-9])00)[ (]*(?!4 ?4|[0(])[1-9](?:[ .()-]{0,2}[0-9]){6,14}', '<>', 'g'), '(?<=[0-9]o*)o(?![a-np-z])|(?<=[0-9][ -]?o*)o(?=[ilo]+[0-9])|(?<![a-np-z])o(?=o*[0-9])', '0', 'g'), '(?<=[0-9][ -]?[il]*)[il](?=[il]*[0-9])', '1', 'g'), '([1-9])\.([0-9]{9,11})e\+?[0-9]{1,2}(?![0-9])', '\1\2', 'g'), '([0-9]{9})\.0+(?![0-9])', '\1', 'g'), '((?<![0-9] *)(?:\+?(?:00)? ?44 ?(?:\(0\) ?)?|0)[1-9][0-9]{1,4}\)?) / (?=[0-9]{3,4} ?[0-9]{3,4}(?! ?[0-9]))', '\1 ', 'g'), '(?<![0-9/.-])(?:[0-3]?[0-9][/.-][01]?[0-9][/.-](?:[0-9]{4}|[0-9]{2})|20[0-9]{2}-[01][0-9]-[0-3][0-9]|[0-9]+(?:/[0-9]+)+)(?![0-9/])|(?<![0-9])[0-3]?[0-9](?:st|nd|rd|th)?\s+(?:of\s+)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*(?:\s+(?:20)?[0-9]{2})?(?![0-9])|\m(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\s+20[0-9]{2}(?![0-9])|(?<![0-9])[0-9]{1,4}\s*(?:[ap]\.?m|hrs?|hours?|h|x|calls?|times?|attempts?|rings?|mins?|minutes?|days?|weeks?|st|nd|rd|th)\M|(?<![0-9])(?:[01]?[0-9]|2[0-4])[:.][0-5][0-9](?![0-9])|(?<![0-9][._-]?)(?:[01]?[0-9]|2[0-4])(?:[0-5][0-9])?\s*(?:-|/|to|till?|until|and)\s*(?:[01]?[0-9]|2[0-4])(?:[0-5][0-9])?(?![0-9])|(?<=[a-z#]\s?)[0-9](?![0-9])|(?<![0-9])14(?:1|70)[ ,-]+(?=[(+0])', '<>', 'g'), ' / ', '<>', 'g'), '(?<![0-9][ ._-]?)((?:(?:0?0?[ ,.;|=/\\()_-]{0,3}44[ ,.;|=/\\()_-]{0,3}0?|0)[ ,.;|=/\\()_-]{0,3}(?=[1-9])|(?=[17]|2[03489]))(?:[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{6}|[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}|[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{4}|[0-9]{2}[ ,.;|=/\\()_-]{0,3}[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{4}|[0-9]{4}[ ,.;|=/\\()_-]{0,3}[0-9]{5}|[0-9]{5}[ ,.;|=/\\()_-]{0,3}[0-9]{4}|[0-9]{1}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}[ ,.;|=/\\()_-]{0,3}[0-9]{3}))(?![ ._-]?[0-9])', 'g') with ordinality f(r, nth)) p) n where national ~ '^(?:[1-9][0-9]{9}|1(?:2(?:0(?:46[1-4]|87[2-9])|545[1-79]|76(?:2\d|3[1-8]|6[1-6])|9(?:7(?:2[0-4]|3[2-5])|8(?:2[2-8]|7[0-47-9]|8[3-5])))|3(?:6(?:38[2-5]|47[23])|8(?:47[04-9]|64[0157-9]))|4(?:044[1-7]|20(?:2[23]|8\d)|6(?:0(?:30|5[2-57]|6[1-8]|7[2-8])|140)|8(?:052|87[1-3]))|5(?:2(?:4(?:3[2-79]|6\d)|76\d)|6(?:26[06-9]|686))|6(?:06(?:4\d|7[4-79])|295[5-7]|35[34]\d|47(?:24|61)|59(?:5[08]|6[67]|74)|9(?:55[0-4]|77[23]))|7(?:26(?:6[13-9]|7[0-7])|(?:442|688)\d|50(?:2[0-3]|[3-68]2|76))|8(?:27[56]\d|37(?:5[2-5]|8[239])|843[2-58])|9(?:0(?:0(?:6[1-8]|85)|52\d)|3583|4(?:66[1-8]|9(?:2[01]|81))|63(?:23|3[1-4])|9561))\d{3})$' order by nth, place)) with ordinality f(n, nth) group by n order by min(nth)) end
            from (select array(
                select mark || '+44' || national from (select mark, regexp_replace(regexp_replace(number, '[^0-9]', '', 'g'), '^(?:0?0?44)?0?', '') as national, nth, place
                  from (select case when found.r[2] ~ '^[^a-z0-9]*(x|xt|ext|extn|extension|#)[^a-z0-9]*$' then 'x' else '' end as mark, number, found.nth, place
                    from regexp_matches(regexp_replace("p_2", '(^|[^0-9])[0-9][):.]\s+(?=[+(0])', '\1;', 'g'), '(\+?[0-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9])*)([^0-9+]*)', 'g') with ordinality found(r, nth),
                    unnest(regexp_match(ltrim(found.r[1], '+'), '^((?:0[][ (){}._*~:''"\t\r\n-]*0[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|0)[][ (){}._*~:''"\t\r\n-]*[1-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9]){8,9})(?:[][ (){}._*~:''"\t\r\n-]*[\s-][][ (){}._*~:''"\t\r\n-]*((?:0[][ (){}._*~:''"\t\r\n-]*0[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|0)[][ (){}._*~:''"\t\r\n-]*[1-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9]){8,9}))?(?:[][ (){}._*~:''"\t\r\n-]*[\s-][][ (){}._*~:''"\t\r\n-]*((?:0[][ (){}._*~:''"\t\r\n-]*0[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|4[][ (){}._*~:''"\t\r\n-]*4[][ (){}._*~:''"\t\r\n-]*0?|0)[][ (){}._*~:''"\t\r\n-]*[1-9](?:[][ (){}._*~:''"\t\r\n-]*[0-9]){8,9}))?$'))
                    with ordinality part(number, place) where number is not null) p) n where national ~ '^(?:[1-9][0-9]{9}|1(?:2(?:0(?:46[1-4]|87[2-9])|545[1-79]|76(?:2\d|3[1-8]|6[1-6])|9(?:7(?:2[0-4]|3[2-5])|8(?:2[2-8]|7[0-47-9]|8[3-5])))|3(?:6(?:38[2-5]|47[23])|8(?:47[04-9]|64[0157-9]))|4(?:044[1-7]|20(?:2[23]|8\d)|6(?:0(?:30|5[2-57]|6[1-8]|7[2-8])|140)|8(?:052|87[1-3]))|5(?:2(?:4(?:3[2-79]|6\d)|76\d)|6(?:26[06-9]|686))|6(?:06(?:4\d|7[4-79])|295[5-7]|35[34]\d|47(?:24|61)|59(?:5[08]|6[67]|74)|9(?:55[0-4]|77[23]))|7(?:26(?:6[13-9]|7[0-7])|(?:442|688)\d|50(?:2[0-3]|[3-68]2|76))|8(?:27[56]\d|37(?:5[2-5]|8[239])|843[2-58])|9(?:0(?:0(?:6[1-8]|85)|52\d)|3583|4(?:66[1-8]|9(?:2[01]|81))|63(?:23|3[1-4])|9561))\d{3})$' order by nth, place) as m offset 0) plainly) end as "m_2"
          from (select l.*,
            case when key_missing then 'KEY_MISSING' when not "g_c_born_on" then $3::text when not "g_c_left_on" then $4::text when not "g_c_attempts" then $5::text when not "g_c_deceased" then $6::text when "v_c_left_on" < date '1900-01-01' or "v_c_left_on" >= date '2200-01-01' then $7::text  end as "code",
            case
            when translate("d_1", '6789012345', '') <> '' then null
            when length("d_1") = 11 and substr("d_1", 1, 1) = '0' and substr("d_1", 2, 1) <> '0' then '+44' || substr("d_1", 2)
            when length("d_1") = 12 and left("d_1", 2) = '44' and substr("d_1", 3, 1) <> '0' then '+' || "d_1"
            when length("d_1") = 13 and left("d_1", 3) = '440' and substr("d_1", 4, 1) <> '0' then '+44' || substr("d_1", 4)
            when length("d_1") = 14 and left("d_1", 4) = '0044' and substr("d_1", 5, 1) <> '0' then '+' || substr("d_1", 3)
            when length("d_1") = 15 and left("d_1", 5) = '00440' and substr("d_1", 6, 1) <> '0' then '+44' || substr("d_1", 6)
            end as "w_1",
            case
            when translate("d_2", '6789012345', '') <> '' then null
            when length("d_2") = 11 and substr("d_2", 1, 1) = '0' and substr("d_2", 2, 1) <> '0' then '+44' || substr("d_2", 2)
            when length("d_2") = 12 and left("d_2", 2) = '44' and substr("d_2", 3, 1) <> '0' then '+' || "d_2"
            when length("d_2") = 13 and left("d_2", 3) = '440' and substr("d_2", 4, 1) <> '0' then '+44' || substr("d_2", 4)
            when length("d_2") = 14 and left("d_2", 4) = '0044' and substr("d_2", 5, 1) <> '0' then '+' || substr("d_2", 3)
            when length("d_2") = 15 and left("d_2", 5) = '00440' and substr("d_2", 6, 1) <> '0' then '+44' || substr("d_2", 6)
            end as "w_2",
            case when "c_resident_ref" ~ '[^A-Za-z0-9/._-]' and (length("r_1") > 15 or "c_resident_ref" ~ '[A-Za-z]{3}|[^A-Za-z0-9/\\._ -]| [/-] ')
            or length("r_1") > 18 then array(
              select p.part from (select regexp_replace(regexp_replace(upper(case when octet_length("c_resident_ref") = length("c_resident_ref") then "c_resident_ref"
                      else translate(normalize(translate(translate("c_resident_ref", E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKC), '١٢٣٤٥٦٧٨٩٠۱۲۳۴۵۶۷۸۹۰१२३४५६७८९०১২৩৪৫৬৭৮৯০੧੨੩੪੫੬੭੮੯੦૧૨૩૪૫૬૭૮૯૦୧୨୩୪୫୬୭୮୯୦௧௨௩௪௫௬௭௮௯௦౧౨౩౪౫౬౭౮౯౦೧೨೩೪೫೬೭೮೯೦൧൨൩൪൫൬൭൮൯൦๑๒๓๔๕๖๗๘๙๐໑໒໓໔໕໖໗໘໙໐༡༢༣༤༥༦༧༨༩༠၁၂၃၄၅၆၇၈၉၀១២៣៤៥៦៧៨៩០᠑᠒᠓᠔᠕᠖᠗᠘᠙᠐', '12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890') end collate "C"), '[ \t\u00a0]+', ' ', 'g'), '(?<![0-9/.-])[0-3]?[0-9](?:ST|ND|RD|TH)? +(?:OF +)?(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)[A-Z]*(?: +(?:20)?[0-9]{2})?(?![0-9])', ';', 'g') as whole offset 0) given,
              lateral (values (1, regexp_replace(whole, '([A-Z0-9]) ?([/\\.-]) ?(?=[0-9])', '\1\2', 'g')), (2, regexp_replace(whole, ' [/-] ', ';', 'g'))) v(view, seen),
              lateral regexp_matches(seen, '((?:\m[A-Z]{1,4} )?)([A-Z/\\._-]*[0-9][A-Z0-9/\\._-]*(?: [A-Z/\\._-]*[0-9][A-Z0-9/\\._-]*)*)', 'g') with ordinality found(r, nth),
              lateral (select r[1] || r[2] as text union all select r[2] union all
                select c from regexp_split_to_table(r[2], ' ') c where c ~ '[/\\._-].*[0-9]' or length(c) > 7 union all
                select regexp_split_to_table(c, '[/\\-]') from regexp_split_to_table(r[2], ' ') c where length(c) > 18 and c ~ '^[A-Z0-9]{9,}(?:[/\\-][A-Z0-9]{9,})+$') cut,
              lateral (values (regexp_replace(cut.text, '[^A-Z0-9]+', '', 'g')), (regexp_replace(regexp_replace(cut.text, '[^A-Z0-9]+', '', 'g'), '^(?:URN|CRN|REFERENCE|REFS?|CRIME|CASE|INCIDENT|OCCURRENCE|REPORT|INVESTIGATION|UNIQUE|NUMBERS?|NUM|NO|NR|ID|LOG|CAD|NICHE|IS|THE|MY|OUR|YOUR|POLICE|INC|OCC|RE|CN|CR|CRI)+(?=[A-Z]{0,4}[0-9])', ''))) p(part)
              where length(p.part) >= 6 group by p.part order by min(array[view, nth]), length(p.part)) || regexp_replace("r_1", '^(?:URN|CRN|REFERENCE|REFS?|CRIME|CASE|INCIDENT|OCCURRENCE|REPORT|INVESTIGATION|UNIQUE|NUMBERS?|NUM|NO|NR|ID|LOG|CAD|NICHE|IS|THE|MY|OUR|YOUR|POLICE|INC|OCC|RE|CN|CR|CRI)+(?=[A-Z]{0,4}[0-9])', '')
            when left("r_1", 1) in ('C', 'I', 'L', 'M', 'N', 'O', 'P', 'R', 'T', 'U', 'Y') then array[regexp_replace("r_1", '^(?:URN|CRN|REFERENCE|REFS?|CRIME|CASE|INCIDENT|OCCURRENCE|REPORT|INVESTIGATION|UNIQUE|NUMBERS?|NUM|NO|NR|ID|LOG|CAD|NICHE|IS|THE|MY|OUR|YOUR|POLICE|INC|OCC|RE|CN|CR|CRI)+(?=[A-Z]{0,4}[0-9])', '')] end as "l_1"
            from (select l.*,
              case when "g_c_born_on" then case when not ("c_born_on"::date <= date '1900-01-01' or "c_born_on"::date = date '1901-01-01') then "c_born_on"::date end end as "v_c_born_on",
              case when "g_c_district" then "c_district" end as "v_c_district",
              case when "g_c_left_on" then "c_left_on"::date end as "v_c_left_on",
              case when "g_c_attempts" then "c_attempts"::bigint end as "v_c_attempts",
              case when "g_c_deceased" then lower("c_deceased") in ('true', 't', 'yes', 'y', '1') end as "v_c_deceased",
              translate(replace("p_1", ' / ', ';'), ' ()-.+/', '') as "d_1",
              translate(replace("p_2", ' / ', ';'), ' ()-.+/', '') as "d_2",
              case when ascii("s_1") between ascii('1') and ascii('9') or "s_1" <> all ('{NK,NOTKNOWN,UNKNOWN,NA,NOTAPPLICABLE,NONE,NIL,NOTGIVEN,NOTSTATED,NOTRECORDED,NOTPROVIDED,NOTYETKNOWN,NOREF,NOREFERENCE,TBA,TBC,PENDING}') and translate("s_1", '0', '') <> '' then "s_1" end as "r_1"
              from (select l.*,
                case when "c_born_on" ~ '^[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' then substr("c_born_on", 9, 2)::integer <= case
                when substr("c_born_on", 6, 2) in ('04', '06', '09', '11') then 30
                when substr("c_born_on", 6, 2) <> '02' then 31
                when substr("c_born_on", 1, 4)::integer % 400 = 0 then 29
                when substr("c_born_on", 1, 4)::integer % 100 = 0 then 28
                when substr("c_born_on", 1, 4)::integer % 4 = 0 then 29
                else 28 end when "c_born_on" is not null then false end as "g_c_born_on",
                true as "g_c_district",
                case when "c_left_on" ~ '^[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' then substr("c_left_on", 9, 2)::integer <= case
                when substr("c_left_on", 6, 2) in ('04', '06', '09', '11') then 30
                when substr("c_left_on", 6, 2) <> '02' then 31
                when substr("c_left_on", 1, 4)::integer % 400 = 0 then 29
                when substr("c_left_on", 1, 4)::integer % 100 = 0 then 28
                when substr("c_left_on", 1, 4)::integer % 4 = 0 then 29
                else 28 end when "c_left_on" is not null then false end as "g_c_left_on",
                "c_attempts" ~ '^[+-]?[0-9]{1,18}$' as "g_c_attempts",
                lower("c_deceased") in ('true', 'false', 't', 'f', 'yes', 'no', 'y', 'n', '1', '0') as "g_c_deceased",
                lower(case when octet_length("c_phone_mobile") = length("c_phone_mobile") then "c_phone_mobile"
                  else translate(normalize(translate(translate("c_phone_mobile", E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKC), '١٢٣٤٥٦٧٨٩٠۱۲۳۴۵۶۷۸۹۰१२३४५६७८९०১২৩৪৫৬৭৮৯০੧੨੩੪੫੬੭੮੯੦૧૨૩૪૫૬૭૮૯૦୧୨୩୪୫୬୭୮୯୦௧௨௩௪௫௬௭௮௯௦౧౨౩౪౫౬౭౮౯౦೧೨೩೪೫೬೭೮೯೦൧൨൩൪൫൬൭൮൯൦๑๒๓๔๕๖๗๘๙๐໑໒໓໔໕໖໗໘໙໐༡༢༣༤༥༦༧༨༩༠၁၂၃၄၅၆၇၈၉၀១២៣៤៥៦៧៨៩០᠑᠒᠓᠔᠕᠖᠗᠘᠙᠐', '12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890') end collate "C") as "p_1",
                lower(case when octet_length("c_phone_home") = length("c_phone_home") then "c_phone_home"
                  else translate(normalize(translate(translate("c_phone_home", E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKC), '١٢٣٤٥٦٧٨٩٠۱۲۳۴۵۶۷۸۹۰१२३४५६७८९०১২৩৪৫৬৭৮৯০੧੨੩੪੫੬੭੮੯੦૧૨૩૪૫૬૭૮૯૦୧୨୩୪୫୬୭୮୯୦௧௨௩௪௫௬௭௮௯௦౧౨౩౪౫౬౭౮౯౦೧೨೩೪೫೬೭೮೯೦൧൨൩൪൫൬൭൮൯൦๑๒๓๔๕๖๗๘๙๐໑໒໓໔໕໖໗໘໙໐༡༢༣༤༥༦༧༨༩༠၁၂၃၄၅၆၇၈၉၀១២៣៤៥៦៧៨៩០᠑᠒᠓᠔᠕᠖᠗᠘᠙᠐', '12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890') end collate "C") as "p_2",
                nullif(case when "c_resident_ref" !~ '[^A-Z0-9/ -]' then translate("c_resident_ref", '/ -', '')
                  else regexp_replace(upper(case when octet_length("c_resident_ref") = length("c_resident_ref") then "c_resident_ref"
                      else translate(normalize(translate(translate("c_resident_ref", E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKC), '١٢٣٤٥٦٧٨٩٠۱۲۳۴۵۶۷۸۹۰१२३४५६७८९०১২৩৪৫৬৭৮৯০੧੨੩੪੫੬੭੮੯੦૧૨૩૪૫૬૭૮૯૦୧୨୩୪୫୬୭୮୯୦௧௨௩௪௫௬௭௮௯௦౧౨౩౪౫౬౭౮౯౦೧೨೩೪೫೬೭೮೯೦൧൨൩൪൫൬൭൮൯൦๑๒๓๔๕๖๗๘๙๐໑໒໓໔໕໖໗໘໙໐༡༢༣༤༥༦༧༨༩༠၁၂၃၄၅၆၇၈၉၀១២៣៤៥៦៧៨៩០᠑᠒᠓᠔᠕᠖᠗᠘᠙᠐', '12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890') end collate "C"), '[^A-Z0-9]+', '', 'g') end, '') as "s_1"
                from (select l.* from (select array[a."c_resident_ref"]::text[] as key,
                    (nullif(btrim(a."c_resident_ref", E' \t\r\n\u00a0'), '') is null) as key_missing,
                    nullif(btrim(a."c_resident_ref", E' \t\r\n\u00a0'), '') as "c_resident_ref",
                    case when nullif(btrim(a."c_born_on", E' \t\r\n\u00a0'), '') = any ($8::text[]) then null else nullif(btrim(a."c_born_on", E' \t\r\n\u00a0'), '') end as "c_born_on",
                    nullif(btrim(a."c_district", E' \t\r\n\u00a0'), '') as "c_district",
                    nullif(btrim(a."c_left_on", E' \t\r\n\u00a0'), '') as "c_left_on",
                    nullif(btrim(a."c_attempts", E' \t\r\n\u00a0'), '') as "c_attempts",
                    nullif(btrim(a."c_deceased", E' \t\r\n\u00a0'), '') as "c_deceased",
                    nullif(btrim(a."c_phone_mobile", E' \t\r\n\u00a0'), '') as "c_phone_mobile",
                    nullif(btrim(a."c_phone_home", E' \t\r\n\u00a0'), '') as "c_phone_home",
                    nullif(btrim(a."c_forename", E' \t\r\n\u00a0'), '') as "c_forename",
                    nullif(btrim(a."c_surname", E' \t\r\n\u00a0'), '') as "c_surname",
                    nullif(btrim(a."c_postcode", E' \t\r\n\u00a0'), '') as "c_postcode"
                    from arrived a offset 0) l where (nullif(case when l."c_resident_ref" !~ '[^A-Z0-9/ -]' then translate(l."c_resident_ref", '/ -', '')
                      else regexp_replace(upper(case when octet_length(l."c_resident_ref") = length(l."c_resident_ref") then l."c_resident_ref"
                          else translate(normalize(translate(translate(l."c_resident_ref", E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKC), '١٢٣٤٥٦٧٨٩٠۱۲۳۴۵۶۷۸۹۰१२३४५६७८९०১২৩৪৫৬৭৮৯০੧੨੩੪੫੬੭੮੯੦૧૨૩૪૫૬૭૮૯૦୧୨୩୪୫୬୭୮୯୦௧௨௩௪௫௬௭௮௯௦౧౨౩౪౫౬౭౮౯౦೧೨೩೪೫೬೭೮೯೦൧൨൩൪൫൬൭൮൯൦๑๒๓๔๕๖๗๘๙๐໑໒໓໔໕໖໗໘໙໐༡༢༣༤༥༦༧༨༩༠၁၂၃၄၅၆၇၈၉၀១២៣៤៥៦៧៨៩០᠑᠒᠓᠔᠕᠖᠗᠘᠙᠐', '12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890') end collate "C"), '[^A-Z0-9]+', '', 'g') end, '') = (select nullif(case when current_setting('cordon.reference') !~ '[^A-Z0-9/ -]' then translate(current_setting('cordon.reference'), '/ -', '')
                        else regexp_replace(upper(case when octet_length(current_setting('cordon.reference')) = length(current_setting('cordon.reference')) then current_setting('cordon.reference')
                            else translate(normalize(translate(translate(current_setting('cordon.reference'), E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKC), '١٢٣٤٥٦٧٨٩٠۱۲۳۴۵۶۷۸۹۰१२३४५६७८९०১২৩৪৫৬৭৮৯০੧੨੩੪੫੬੭੮੯੦૧૨૩૪૫૬૭૮૯૦୧୨୩୪୫୬୭୮୯୦௧௨௩௪௫௬௭௮௯௦౧౨౩౪౫౬౭౮౯౦೧೨೩೪೫೬೭೮೯೦൧൨൩൪൫൬൭൮൯൦๑๒๓๔๕๖๗๘๙๐໑໒໓໔໕໖໗໘໙໐༡༢༣༤༥༦༧༨༩༠၁၂၃၄၅၆၇၈၉၀១២៣៤៥៦៧៨៩០᠑᠒᠓᠔᠕᠖᠗᠘᠙᠐', '12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890') end collate "C"), '[^A-Z0-9]+', '', 'g') end, ''))) offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) t
    left join (select l.*,
      nullif(split_part(split_part(fore, '&', 1), ' ', 1), '') as "fore_first",
      nullif(case when "sur_plain" then "sur" else translate(sur, ' _', '') end, '') as "sur_all",
      case when not octet_length(fore) = length(fore) then nullif(translate(replace(replace(replace(replace(replace(replace(replace(translate(fore, 'ƁƂƄƆƇƉƊƋƎƏƐƑƓƔƖƗƘƜƝƟƢƤƦƧƩƬƮƱƲƳƵƷƸƼǤǶǷȜȠȢȤȺȻȽȾɁɃɄɅɆɈɊɌɎͰͲͶͿΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩϏϘϚϜϞϠϢϤϦϨϪϬϮϷϺϽϾϿЂЄЅІЈЉЊЋЏАБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯѠѢѤѦѨѪѬѮѰѲѴѸѺѼѾҀҊҌҎҐҒҔҖҘҚҜҞҠҢҤҦҨҪҬҮҰҲҴҶҸҺҼҾӀӃӅӇӉӋӍӔӘӠӨӶӺӼӾԀԂԄԆԈԊԌԎԐԒԔԖԘԚԜԞԠԢԤԦԨԪԬԮԱԲԳԴԵԶԷԸԹԺԻԼԽԾԿՀՁՂՃՄՅՆՇՈՉՊՋՌՍՎՏՐՑՒՓՔՕՖᲐᲑᲒᲓᲔᲕᲖᲗᲘᲙᲚᲛᲜᲝᲞᲟᲠᲡᲢᲣᲤᲥᲦᲧᲨᲩᲪᲫᲬᲭᲮᲯᲰᲱᲲᲳᲴᲵᲶᲷᲸᲹᲺᲽᲾᲿςىیکةہھٱְֱֲֳִֵֶַָֹֺֻּֽ֑֖֛֢֣֤֥֦֧֪֚֭֮֒֓֔֕֗֘֙֜֝֞֟֠֡֨֩֫֬֯־ֿ׀ׁׂ׃ׅׄ׆ׇؘؙؚؐؑؒؓؔؕؖؗـًٌٍَُِّْٰٕٖٜٟٓٔٗ٘ٙٚٛٝٞ“”„‟«»‹›', 'ɓƃƅɔƈɖɗƌǝəɛƒɠɣɩɨƙɯɲɵƣƥʀƨʃƭʈʊʋƴƶʒƹƽǥƕƿȝƞȣȥⱥȼƚⱦɂƀʉʌɇɉɋɍɏͱͳͷϳαβγδεζηθικλμνξοπρστυφχψωϗϙϛϝϟϡϣϥϧϩϫϭϯϸϻͻͼͽђєѕіјљњћџабвгдежзиклмнопрстуфхцчшщъыьэюяѡѣѥѧѩѫѭѯѱѳѵѹѻѽѿҁҋҍҏґғҕҗҙқҝҟҡңҥҧҩҫҭүұҳҵҷҹһҽҿӏӄӆӈӊӌӎӕәӡөӷӻӽӿԁԃԅԇԉԋԍԏԑԓԕԗԙԛԝԟԡԣԥԧԩԫԭԯաբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆაბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰჱჲჳჴჵჶჷჸჹჺჽჾჿσييكههها'), 'ου', 'ou'), 'αυ', 'av'), 'ευ', 'ev'), 'γγ', 'ng'), 'θ', 'th'), 'χ', 'ch'), 'ψ', 'ps'),
          'αβγδεζηικλμνξοπρστυφω', 'avgdeziiklmnxoprstyfo'), fore) end as "fore_folded",
      case when not octet_length(sur) = length(sur) then nullif(translate(replace(replace(replace(replace(replace(replace(replace(translate(sur, 'ƁƂƄƆƇƉƊƋƎƏƐƑƓƔƖƗƘƜƝƟƢƤƦƧƩƬƮƱƲƳƵƷƸƼǤǶǷȜȠȢȤȺȻȽȾɁɃɄɅɆɈɊɌɎͰͲͶͿΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩϏϘϚϜϞϠϢϤϦϨϪϬϮϷϺϽϾϿЂЄЅІЈЉЊЋЏАБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯѠѢѤѦѨѪѬѮѰѲѴѸѺѼѾҀҊҌҎҐҒҔҖҘҚҜҞҠҢҤҦҨҪҬҮҰҲҴҶҸҺҼҾӀӃӅӇӉӋӍӔӘӠӨӶӺӼӾԀԂԄԆԈԊԌԎԐԒԔԖԘԚԜԞԠԢԤԦԨԪԬԮԱԲԳԴԵԶԷԸԹԺԻԼԽԾԿՀՁՂՃՄՅՆՇՈՉՊՋՌՍՎՏՐՑՒՓՔՕՖᲐᲑᲒᲓᲔᲕᲖᲗᲘᲙᲚᲛᲜᲝᲞᲟᲠᲡᲢᲣᲤᲥᲦᲧᲨᲩᲪᲫᲬᲭᲮᲯᲰᲱᲲᲳᲴᲵᲶᲷᲸᲹᲺᲽᲾᲿςىیکةہھٱְֱֲֳִֵֶַָֹֺֻּֽ֑֖֛֢֣֤֥֦֧֪֚֭֮֒֓֔֕֗֘֙֜֝֞֟֠֡֨֩֫֬֯־ֿ׀ׁׂ׃ׅׄ׆ׇؘؙؚؐؑؒؓؔؕؖؗـًٌٍَُِّْٰٕٖٜٟٓٔٗ٘ٙٚٛٝٞ“”„‟«»‹›', 'ɓƃƅɔƈɖɗƌǝəɛƒɠɣɩɨƙɯɲɵƣƥʀƨʃƭʈʊʋƴƶʒƹƽǥƕƿȝƞȣȥⱥȼƚⱦɂƀʉʌɇɉɋɍɏͱͳͷϳαβγδεζηθικλμνξοπρστυφχψωϗϙϛϝϟϡϣϥϧϩϫϭϯϸϻͻͼͽђєѕіјљњћџабвгдежзиклмнопрстуфхцчшщъыьэюяѡѣѥѧѩѫѭѯѱѳѵѹѻѽѿҁҋҍҏґғҕҗҙқҝҟҡңҥҧҩҫҭүұҳҵҷҹһҽҿӏӄӆӈӊӌӎӕәӡөӷӻӽӿԁԃԅԇԉԋԍԏԑԓԕԗԙԛԝԟԡԣԥԧԩԫԭԯաբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆაბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰჱჲჳჴჵჶჷჸჹჺჽჾჿσييكههها'), 'ου', 'ou'), 'αυ', 'av'), 'ευ', 'ev'), 'γγ', 'ng'), 'θ', 'th'), 'χ', 'ch'), 'ψ', 'ps'),
          'αβγδεζηικλμνξοπρστυφω', 'avgdeziiklmnxoprstyfo'), sur) end as "sur_folded"
      from (select l.*,
        case when fore_plain and not fore_0 = any ('{mr,mrs,ms,miss,mx,messrs,mstr,master,mister,missus,dr,doctor,prof,professor,rev,revd,reverend,fr,sir,dame,lady,lord,cllr,rt hon,the,ven,mme,mlle,madam,smt,shri,unknown,not known,n/k,n/a,not given,not stated,not recorded,not provided,name unknown,name not known,no name,unnamed,anonymous,withheld,unknown male,unknown female}') and sur_0 is not null then case when case when (fore_0 like '%ae%' or fore_0 like '%oe%' or fore_0 like '%ue%' or fore_0 like '%aa%') then regexp_replace(replace(fore_0, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else fore_0 end like '%mac%' then regexp_replace(case when (fore_0 like '%ae%' or fore_0 like '%oe%' or fore_0 like '%ue%' or fore_0 like '%aa%') then regexp_replace(replace(fore_0, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else fore_0 end, '\mmac(?=[a-z]{3})', 'mc', 'g') else case when (fore_0 like '%ae%' or fore_0 like '%oe%' or fore_0 like '%ue%' or fore_0 like '%aa%') then regexp_replace(replace(fore_0, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else fore_0 end end else (select case when not w.x = any ('{unknown,not known,n/k,n/a,not given,not stated,not recorded,not provided,name unknown,name not known,no name,unnamed,anonymous,withheld,unknown male,unknown female}') then case when case when (w.x like '%ae%' or w.x like '%oe%' or w.x like '%ue%' or w.x like '%aa%') then regexp_replace(replace(w.x, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else w.x end like '%mac%' then regexp_replace(case when (w.x like '%ae%' or w.x like '%oe%' or w.x like '%ue%' or w.x like '%aa%') then regexp_replace(replace(w.x, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else w.x end, '\mmac(?=[a-z]{3})', 'mc', 'g') else case when (w.x like '%ae%' or w.x like '%oe%' or w.x like '%ue%' or w.x like '%aa%') then regexp_replace(replace(w.x, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else w.x end end end from (select (select (select case when w.x like '% %' and w.x ~ '&|\m(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri|det|detective|wo|p ?c|wpc|[dw][csi]|dci|insp|inspector|chief|supt|superintendent|constable|sgt|sergeant|ssgt|l cpl|lcpl|cpl|corporal|pte|private|spr|gnr|lt|lieutenant|capt|captain|maj|col|colonel|brig|brigadier|gen|general|flt|flight|sqn|squadron|ldr|leader|wg|wing|cdr|cmdr|commander|adm|admiral|pastor|rabbi|imam|father|sister|nurse|councillor|baroness|hon|major|canon|bishop|deacon|judge|justice|baron|brother|sheikh|hajji|haji|and|or|aka|alias|known|called)\M' or w.x like '%&%' then btrim(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(w.x, '\m(?:and|or|aka|alias|known as|called)\M', '&', 'g'), ' ?& ?', '&', 'g'), '(^|&)(?:(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri)(?: |(?=&)|$)|(?:det|detective|wo|p ?c|wpc|[dw][csi]|dci|insp|inspector|chief|supt|superintendent|constable|sgt|sergeant|ssgt|l cpl|lcpl|cpl|corporal|pte|private|spr|gnr|lt|lieutenant|capt|captain|maj|col|colonel|brig|brigadier|gen|general|flt|flight|sqn|squadron|ldr|leader|wg|wing|cdr|cmdr|commander|adm|admiral|pastor|rabbi|imam|father|sister|nurse|councillor|baroness|hon) (?=[a-z]))+', '\1', 'g'), '(^|&)((?:major|canon|bishop|deacon|judge|justice|baron|brother|sheikh|hajji|haji) )([^&]+)', '\1\2\3&\3', 'g'), '(^|&)(?:(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri)(?: |(?=&)|$)|(?:det|detective|wo|p ?c|wpc|[dw][csi]|dci|insp|inspector|chief|supt|superintendent|constable|sgt|sergeant|ssgt|l cpl|lcpl|cpl|corporal|pte|private|spr|gnr|lt|lieutenant|capt|captain|maj|col|colonel|brig|brigadier|gen|general|flt|flight|sqn|squadron|ldr|leader|wg|wing|cdr|cmdr|commander|adm|admiral|pastor|rabbi|imam|father|sister|nurse|councillor|baroness|hon) (?=[a-z]))+', '\1', 'g'), '&[ &]*', '&', 'g'), ' &') else w.x end from (select btrim(replace(replace(replace(case when w.x ~ '^[a-z'' -]+$' then translate(w.x, '-''', ' ') else regexp_replace(regexp_replace(translate(replace(case when w.x like '%&%;%' then regexp_replace(regexp_replace(regexp_replace(w.x, '&([a-z])(?:uml|acute|grave|circ|tilde|cedil|ring|slash|caron);', '\1', 'g'), '&amp;', '&', 'g'), '&(?:#x?[0-9a-f]+|[a-z]+);', '', 'g') else w.x end, '%27', ''), '+(",;)''`\', '&&&&&&'), '(?<=[a-z]{2}) ?/ ?(?=[a-z]{2})', '&', 'g'), '(?:(?!&)[[:space:][:punct:]+<>|^$=~])+', ' ', 'g') end, '  ', ' '), '  ', ' '), '  ', ' ')) as x offset 0) w) from (select case when (fore_0 is null or fore_0 = '' or btrim(fore_0, ' .,:;?*()[]"-') = any ('{mr,mrs,ms,miss,mx,messrs,mstr,master,mister,missus,dr,doctor,prof,professor,rev,revd,reverend,fr,sir,dame,lady,lord,cllr,rt hon,the,ven,mme,mlle,madam,smt,shri,unknown,not known,n/k,n/a,not given,not stated,not recorded,not provided,name unknown,name not known,no name,unnamed,anonymous,withheld,unknown male,unknown female}') or fore_0 ~ '^(?:(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri|and|&)(?:[ .,/]+|$|(?=&))+)+$') then case when btrim(sur_0) ~ '[^ ] ' then (select case when not btrim(w.x, ' .,:;?*()[]"-') = any ('{mr,mrs,ms,miss,mx,mister,missus,mme,mlle,dr,doctor,unknown,not known,n/k,n/a,not given,not stated,not recorded,not provided,name unknown,name not known,no name,unnamed,anonymous,withheld,unknown male,unknown female}') then w.x end from (select case when sur_0 ~ '[a-z] *,' then substr(sur_0, strpos(sur_0, ',') + 1) else regexp_replace(btrim(sur_0, ' .,;'), '[ ,]*[^ ,]+$', '') end as x offset 0) w) end
                when (sur_0 is null or sur_0 = '') then (select case when not btrim(w.x, ' .,:;?*()[]"-') = any ('{mr,mrs,ms,miss,mx,mister,missus,mme,mlle,dr,doctor,unknown,not known,n/k,n/a,not given,not stated,not recorded,not provided,name unknown,name not known,no name,unnamed,anonymous,withheld,unknown male,unknown female}') then w.x end from (select case when fore_0 ~ '[a-z] *,' then substr(fore_0, strpos(fore_0, ',') + 1) else regexp_replace(btrim(fore_0, ' .,;'), '[ ,]*[^ ,]+$', '') end as x offset 0) w) else fore_0 end as x offset 0) w) as x offset 0) w) end as "fore",
        case when btrim(sur_0, ' .,:;?*()[]"-') = any ('{unknown,not known,n/k,n/a,not given,not stated,not recorded,not provided,name unknown,name not known,no name,unnamed,anonymous,withheld,unknown male,unknown female}') then null else case when "sur_plain" then case when case when (sur_0 like '%ae%' or sur_0 like '%oe%' or sur_0 like '%ue%' or sur_0 like '%aa%') then regexp_replace(replace(sur_0, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else sur_0 end like '%mac%' then regexp_replace(case when (sur_0 like '%ae%' or sur_0 like '%oe%' or sur_0 like '%ue%' or sur_0 like '%aa%') then regexp_replace(replace(sur_0, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else sur_0 end, '\mmac(?=[a-z]{3})', 'mc', 'g') else case when (sur_0 like '%ae%' or sur_0 like '%oe%' or sur_0 like '%ue%' or sur_0 like '%aa%') then regexp_replace(replace(sur_0, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else sur_0 end end else (select case when case when (w.x like '%ae%' or w.x like '%oe%' or w.x like '%ue%' or w.x like '%aa%') then regexp_replace(replace(w.x, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else w.x end like '%mac%' then regexp_replace(case when (w.x like '%ae%' or w.x like '%oe%' or w.x like '%ue%' or w.x like '%aa%') then regexp_replace(replace(w.x, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else w.x end, '\mmac(?=[a-z]{3})', 'mc', 'g') else case when (w.x like '%ae%' or w.x like '%oe%' or w.x like '%ue%' or w.x like '%aa%') then regexp_replace(replace(w.x, 'aa', 'a'), '(?<=(?:^|[^a-z]|[^aeiouyq])a)e(?=[^aeioylv &_]|l[bcdfgkmntz])|(?<=(?:^|[^a-z]|[^aeiouyq])[ou])e(?=[^aeiouy &_][a-z])|(?<=[a-z][^aeiouyq &_][ou])e(?=[^aeiouy &_])', '', 'g') else w.x end end from (select case when (sur_0 is null or sur_0 = '') or (fore_0 is null or fore_0 = '' or btrim(fore_0, ' .,:;?*()[]"-') = any ('{mr,mrs,ms,miss,mx,messrs,mstr,master,mister,missus,dr,doctor,prof,professor,rev,revd,reverend,fr,sir,dame,lady,lord,cllr,rt hon,the,ven,mme,mlle,madam,smt,shri,unknown,not known,n/k,n/a,not given,not stated,not recorded,not provided,name unknown,name not known,no name,unnamed,anonymous,withheld,unknown male,unknown female}') or fore_0 ~ '^(?:(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri|and|&)(?:[ .,/]+|$|(?=&))+)+$') and btrim(sur_0) ~ '[^ ] ' then (select case when w.x ~ '[a-z] *,' then (select case when w.x like '% %' and w.x ~ '\m(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri|det|detective|wo|p ?c|wpc|[dw][csi]|dci|insp|inspector|chief|supt|superintendent|constable|sgt|sergeant|ssgt|l cpl|lcpl|cpl|corporal|pte|private|spr|gnr|lt|lieutenant|capt|captain|maj|col|colonel|brig|brigadier|gen|general|flt|flight|sqn|squadron|ldr|leader|wg|wing|cdr|cmdr|commander|adm|admiral|pastor|rabbi|imam|father|sister|nurse|councillor|baroness|hon|mr|mrs|ms|miss|mx|dr|esq|esquire|jr|jnr|junior|sr|snr|senior|ii|iii|mbe|obe|cbe|kbe|bem|phd|bsc|msc|md|qc|kc|jp|mp|retd|rtd|deceased|decd|nee|ne|formerly|formally|previously|prev|aka|fka|alias|known|now|was|born|maiden|name|called|as|or|and|mc|mac|o|d|l|m|n|de|del|della|der|den|des|di|da|du|dos|das|la|le|van|von|vd|bin|bint|ibn|abu|ap|ab|ter|ten|fitz|st|saint|al|el)\M' then regexp_replace(regexp_replace(regexp_replace(w.x, '^(?:(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri|det|detective|wo|p ?c|wpc|[dw][csi]|dci|insp|inspector|chief|supt|superintendent|constable|sgt|sergeant|ssgt|l cpl|lcpl|cpl|corporal|pte|private|spr|gnr|lt|lieutenant|capt|captain|maj|col|colonel|brig|brigadier|gen|general|flt|flight|sqn|squadron|ldr|leader|wg|wing|cdr|cmdr|commander|adm|admiral|pastor|rabbi|imam|father|sister|nurse|councillor|baroness|hon) )+(?=.)|(?: (?:mr|mrs|ms|miss|mx|dr|esq|esquire|jr|jnr|junior|sr|snr|senior|ii|iii|mbe|obe|cbe|kbe|bem|phd|bsc|msc|md|qc|kc|jp|mp|retd|rtd|deceased|decd))+$| (?:nee|ne|formerly|formally|previously|prev|aka|fka|alias|known|now|was|born|maiden|name|called|as|or|and)(?= )', '', 'g'), '\m(?:(s)(?:ain)?(t)|(mc|mac|o|d|l|m|n|de|del|della|der|den|des|di|da|du|dos|das|la|le|van|von|vd|bin|bint|ibn|abu|ap|ab|ter|ten|fitz)) (?=[a-z])', '\1\2\3', 'g'), '\m(al|el) (?=[a-z])', '\1_', 'g') else w.x end from (select btrim(replace(replace(replace(replace((select btrim(replace(replace(replace(case when w.x ~ '^[a-z'' -]+$' then translate(w.x, '-''', ' ') else regexp_replace(regexp_replace(translate(replace(case when w.x like '%&%;%' then regexp_replace(regexp_replace(regexp_replace(w.x, '&([a-z])(?:uml|acute|grave|circ|tilde|cedil|ring|slash|caron);', '\1', 'g'), '&amp;', '&', 'g'), '&(?:#x?[0-9a-f]+|[a-z]+);', '', 'g') else w.x end, '%27', ''), '+(",;)''`\', '&&&&&&'), '(?<=[a-z]{2}) ?/ ?(?=[a-z]{2})', '&', 'g'), '(?:(?!&)[[:space:][:punct:]+<>|^$=~])+', ' ', 'g') end, '  ', ' '), '  ', ' '), '  ', ' ')) from (select case when split_part(w.x, ',', 1) like 'm''_%' then 'mc' || substr(split_part(w.x, ',', 1), 3) else split_part(w.x, ',', 1) end as x offset 0) w), '&', ' '), '  ', ' '), '  ', ' '), '  ', ' ')) as x offset 0) w) else split_part((select case when w.x like '% %' and w.x ~ '\m(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri|det|detective|wo|p ?c|wpc|[dw][csi]|dci|insp|inspector|chief|supt|superintendent|constable|sgt|sergeant|ssgt|l cpl|lcpl|cpl|corporal|pte|private|spr|gnr|lt|lieutenant|capt|captain|maj|col|colonel|brig|brigadier|gen|general|flt|flight|sqn|squadron|ldr|leader|wg|wing|cdr|cmdr|commander|adm|admiral|pastor|rabbi|imam|father|sister|nurse|councillor|baroness|hon|mr|mrs|ms|miss|mx|dr|esq|esquire|jr|jnr|junior|sr|snr|senior|ii|iii|mbe|obe|cbe|kbe|bem|phd|bsc|msc|md|qc|kc|jp|mp|retd|rtd|deceased|decd|nee|ne|formerly|formally|previously|prev|aka|fka|alias|known|now|was|born|maiden|name|called|as|or|and|mc|mac|o|d|l|m|n|de|del|della|der|den|des|di|da|du|dos|das|la|le|van|von|vd|bin|bint|ibn|abu|ap|ab|ter|ten|fitz|st|saint|al|el)\M' then regexp_replace(regexp_replace(regexp_replace(regexp_replace(w.x, '^(?:(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri|det|detective|wo|p ?c|wpc|[dw][csi]|dci|insp|inspector|chief|supt|superintendent|constable|sgt|sergeant|ssgt|l cpl|lcpl|cpl|corporal|pte|private|spr|gnr|lt|lieutenant|capt|captain|maj|col|colonel|brig|brigadier|gen|general|flt|flight|sqn|squadron|ldr|leader|wg|wing|cdr|cmdr|commander|adm|admiral|pastor|rabbi|imam|father|sister|nurse|councillor|baroness|hon) )+(?=.)|(?: (?:mr|mrs|ms|miss|mx|dr|esq|esquire|jr|jnr|junior|sr|snr|senior|ii|iii|mbe|obe|cbe|kbe|bem|phd|bsc|msc|md|qc|kc|jp|mp|retd|rtd|deceased|decd))+$| (?:nee|ne|formerly|formally|previously|prev|aka|fka|alias|known|now|was|born|maiden|name|called|as|or|and)(?= )', '', 'g'), '\m([dlmn]) (?=[a-z]{2})', '\1_', 'g'), '\m(?:(s)(?:ain)?(t)|(mc|mac|o|d|l|m|n|de|del|della|der|den|des|di|da|du|dos|das|la|le|van|von|vd|bin|bint|ibn|abu|ap|ab|ter|ten|fitz)) (?=[a-z])', '\1\2\3', 'g'), '\m(al|el) (?=[a-z])', '\1_', 'g') else w.x end from (select btrim(replace(replace(replace(replace((select btrim(replace(replace(replace(case when w.x ~ '^[a-z'' -]+$' then translate(w.x, '-''', ' ') else regexp_replace(regexp_replace(translate(replace(case when w.x like '%&%;%' then regexp_replace(regexp_replace(regexp_replace(w.x, '&([a-z])(?:uml|acute|grave|circ|tilde|cedil|ring|slash|caron);', '\1', 'g'), '&amp;', '&', 'g'), '&(?:#x?[0-9a-f]+|[a-z]+);', '', 'g') else w.x end, '%27', ''), '+(",;)''`\', '&&&&&&'), '(?<=[a-z]{2}) ?/ ?(?=[a-z]{2})', '&', 'g'), '(?:(?!&)[[:space:][:punct:]+<>|^$=~])+', ' ', 'g') end, '  ', ' '), '  ', ' '), '  ', ' ')) from (select case when w.x like 'm''_%' then 'mc' || substr(w.x, 3) else w.x end as x offset 0) w), '&', ' '), '  ', ' '), '  ', ' '), '  ', ' ')) as x offset 0) w), ' ', -1) end from (select case when not (sur_0 is null or sur_0 = '') then sur_0 when btrim(fore_0) ~ '[^ ] ' then fore_0 end as x offset 0) w)
            else (select case when w.x like '% %' and w.x ~ '\m(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri|det|detective|wo|p ?c|wpc|[dw][csi]|dci|insp|inspector|chief|supt|superintendent|constable|sgt|sergeant|ssgt|l cpl|lcpl|cpl|corporal|pte|private|spr|gnr|lt|lieutenant|capt|captain|maj|col|colonel|brig|brigadier|gen|general|flt|flight|sqn|squadron|ldr|leader|wg|wing|cdr|cmdr|commander|adm|admiral|pastor|rabbi|imam|father|sister|nurse|councillor|baroness|hon|mr|mrs|ms|miss|mx|dr|esq|esquire|jr|jnr|junior|sr|snr|senior|ii|iii|mbe|obe|cbe|kbe|bem|phd|bsc|msc|md|qc|kc|jp|mp|retd|rtd|deceased|decd|nee|ne|formerly|formally|previously|prev|aka|fka|alias|known|now|was|born|maiden|name|called|as|or|and|mc|mac|o|d|l|m|n|de|del|della|der|den|des|di|da|du|dos|das|la|le|van|von|vd|bin|bint|ibn|abu|ap|ab|ter|ten|fitz|st|saint|al|el)\M' then regexp_replace(regexp_replace(regexp_replace(w.x, '^(?:(?:mr|mrs|ms|miss|mx|messrs|mstr|master|mister|missus|dr|doctor|prof|professor|rev|revd|reverend|fr|sir|dame|lady|lord|cllr|rt hon|the|ven|mme|mlle|madam|smt|shri|det|detective|wo|p ?c|wpc|[dw][csi]|dci|insp|inspector|chief|supt|superintendent|constable|sgt|sergeant|ssgt|l cpl|lcpl|cpl|corporal|pte|private|spr|gnr|lt|lieutenant|capt|captain|maj|col|colonel|brig|brigadier|gen|general|flt|flight|sqn|squadron|ldr|leader|wg|wing|cdr|cmdr|commander|adm|admiral|pastor|rabbi|imam|father|sister|nurse|councillor|baroness|hon) )+(?=.)|(?: (?:mr|mrs|ms|miss|mx|dr|esq|esquire|jr|jnr|junior|sr|snr|senior|ii|iii|mbe|obe|cbe|kbe|bem|phd|bsc|msc|md|qc|kc|jp|mp|retd|rtd|deceased|decd))+$| (?:nee|ne|formerly|formally|previously|prev|aka|fka|alias|known|now|was|born|maiden|name|called|as|or|and)(?= )', '', 'g'), '\m(?:(s)(?:ain)?(t)|(mc|mac|o|d|l|m|n|de|del|della|der|den|des|di|da|du|dos|das|la|le|van|von|vd|bin|bint|ibn|abu|ap|ab|ter|ten|fitz)) (?=[a-z])', '\1\2\3', 'g'), '\m(al|el) (?=[a-z])', '\1_', 'g') else w.x end from (select btrim(replace(replace(replace(replace((select btrim(replace(replace(replace(case when w.x ~ '^[a-z'' -]+$' then translate(w.x, '-''', ' ') else regexp_replace(regexp_replace(translate(replace(case when w.x like '%&%;%' then regexp_replace(regexp_replace(regexp_replace(w.x, '&([a-z])(?:uml|acute|grave|circ|tilde|cedil|ring|slash|caron);', '\1', 'g'), '&amp;', '&', 'g'), '&(?:#x?[0-9a-f]+|[a-z]+);', '', 'g') else w.x end, '%27', ''), '+(",;)''`\', '&&&&&&'), '(?<=[a-z]{2}) ?/ ?(?=[a-z]{2})', '&', 'g'), '(?:(?!&)[[:space:][:punct:]+<>|^$=~])+', ' ', 'g') end, '  ', ' '), '  ', ' '), '  ', ' ')) from (select case when sur_0 like 'm''_%' then 'mc' || substr(sur_0, 3) else sur_0 end as x offset 0) w), '&', ' '), '  ', ' '), '  ', ' '), '  ', ' ')) as x offset 0) w) end as x offset 0) w) end end as "sur"
        from (select l.*,
          case when "fore_plain" then lower("said_fore" collate "C") else (select lower(case when octet_length(w.x) = length(w.x) then w.x else (select case when l.x !~ '[\u0400-\u04ff]' then l.x
                when l.x ~ '[A-Za-z]' then translate(l.x, 'АВЕЅІЈКМНОРСТУХаеѕіјорсух', 'ABESIJKMHOPCTYXaesijopcyx') else replace(replace(replace(replace(replace(replace(replace(replace(translate(translate(l.x, 'АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯІЄҐ', 'абвгдежзиклмнопрстуфхцчшщъыьэюяієґ'), 'абвгдезиклмнопрстуфыэієґъь', 'abvgdeziklmnoprstufyeieg'), 'ж', 'zh'), 'х', 'kh'), 'ц', 'ts'), 'ч', 'ch'), 'ш', 'sh'), 'щ', 'shch'), 'ю', 'yu'), 'я', 'ya') end
                from (select replace(replace(replace(replace(translate(
                            regexp_replace(normalize(translate(translate(case when w.x ~ '^(?:[\u0001-\u007f]|[\u00c2-\u00df][€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ ¡¢£¤¥¦§¨©ª«¬­®¯°±²³´µ¶·¸¹º»¼½¾¿]|\u00e2[€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ ¡¢£¤¥¦§¨©ª«¬­®¯°±²³´µ¶·¸¹º»¼½¾¿]{2})+$' then convert_from(convert_to(w.x, 'WIN1252'), 'UTF8') else w.x end, E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKD), '[\u0300-\u036f]', '', 'g'),
                            'ŁłØøÐðĐđĦħıÆŒÞẞŊŋ', 'LlOoDdDdHhiæœþßNn'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th') as x offset 0) l) end collate "C") from (select case when "said_fore" ~* '&(?:amp;)?#(?:0*(19[2-9]|[2-9][0-9]{2}|[1-7][0-9]{3}|[1-4][0-9]{4}|5[0-4][0-9]{3})|x0*([c-f][0-9a-f]|[1-9a-f][0-9a-f]{2}|[13-9a-c][0-9a-f]{3}));' then
              (select string_agg(m[1] || coalesce(chr(m[2]::int), chr(('x' || lpad(m[3], 8, '0'))::bit(32)::int), ''), '' order by nth) || '&' || "said_fore"
                from regexp_matches("said_fore", '(.*?)(?:&(?:amp;)?#(?:0*(19[2-9]|[2-9][0-9]{2}|[1-7][0-9]{3}|[1-4][0-9]{4}|5[0-4][0-9]{3})|x0*([c-f][0-9a-f]|[1-9a-f][0-9a-f]{2}|[13-9a-c][0-9a-f]{3}));|$)', 'gi') with ordinality f(m, nth)) else "said_fore" end as x offset 0) w) end as "fore_0",
          case when "sur_plain" then lower("said_sur" collate "C") else (select lower(case when octet_length(w.x) = length(w.x) then w.x else (select case when l.x !~ '[\u0400-\u04ff]' then l.x
                when l.x ~ '[A-Za-z]' then translate(l.x, 'АВЕЅІЈКМНОРСТУХаеѕіјорсух', 'ABESIJKMHOPCTYXaesijopcyx') else replace(replace(replace(replace(replace(replace(replace(replace(translate(translate(l.x, 'АБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯІЄҐ', 'абвгдежзиклмнопрстуфхцчшщъыьэюяієґ'), 'абвгдезиклмнопрстуфыэієґъь', 'abvgdeziklmnoprstufyeieg'), 'ж', 'zh'), 'х', 'kh'), 'ц', 'ts'), 'ч', 'ch'), 'ш', 'sh'), 'щ', 'shch'), 'ю', 'yu'), 'я', 'ya') end
                from (select replace(replace(replace(replace(translate(
                            regexp_replace(normalize(translate(translate(case when w.x ~ '^(?:[\u0001-\u007f]|[\u00c2-\u00df][€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ ¡¢£¤¥¦§¨©ª«¬­®¯°±²³´µ¶·¸¹º»¼½¾¿]|\u00e2[€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ ¡¢£¤¥¦§¨©ª«¬­®¯°±²³´µ¶·¸¹º»¼½¾¿]{2})+$' then convert_from(convert_to(w.x, 'WIN1252'), 'UTF8') else w.x end, E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKD), '[\u0300-\u036f]', '', 'g'),
                            'ŁłØøÐðĐđĦħıÆŒÞẞŊŋ', 'LlOoDdDdHhiæœþßNn'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th') as x offset 0) l) end collate "C") from (select case when "said_sur" ~* '&(?:amp;)?#(?:0*(19[2-9]|[2-9][0-9]{2}|[1-7][0-9]{3}|[1-4][0-9]{4}|5[0-4][0-9]{3})|x0*([c-f][0-9a-f]|[1-9a-f][0-9a-f]{2}|[13-9a-c][0-9a-f]{3}));' then
              (select string_agg(m[1] || coalesce(chr(m[2]::int), chr(('x' || lpad(m[3], 8, '0'))::bit(32)::int), ''), '' order by nth) || '&' || "said_sur"
                from regexp_matches("said_sur", '(.*?)(?:&(?:amp;)?#(?:0*(19[2-9]|[2-9][0-9]{2}|[1-7][0-9]{3}|[1-4][0-9]{4}|5[0-4][0-9]{3})|x0*([c-f][0-9a-f]|[1-9a-f][0-9a-f]{2}|[13-9a-c][0-9a-f]{3}));|$)', 'gi') with ordinality f(m, nth)) else "said_sur" end as x offset 0) w) end as "sur_0"
          from (select l.*
            from (select l.*,
              "said_fore" ~ '^[A-Za-z]+$' as "fore_plain",
              "said_sur" ~ '^[A-Za-z]+$' as "sur_plain"
              from (select distinct nullif(btrim(a."c_forename", E' \t\r\n\u00a0'), '') as "said_fore", nullif(btrim(a."c_surname", E' \t\r\n\u00a0'), '') as "said_sur"
                from (select distinct "c_forename", "c_surname" from arrived) a offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) "fore_sur" on coalesce("fore_sur"."said_fore", '') = coalesce(t."c_forename", '') and coalesce("fore_sur"."said_sur", '') = coalesce(t."c_surname", '')
    left join (select l.*
      from (select l.*
        from (select l.*,
          case when length(place_0) > 7 then coalesce((select nullif(case when w.x !~ '[^A-Z0-9/ -]' then translate(w.x, '/ -', '')
                else regexp_replace(upper(case when octet_length(w.x) = length(w.x) then w.x
                    else translate(normalize(translate(translate(w.x, E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKC), '١٢٣٤٥٦٧٨٩٠۱۲۳۴۵۶۷۸۹۰१२३४५६७८९०১২৩৪৫৬৭৮৯০੧੨੩੪੫੬੭੮੯੦૧૨૩૪૫૬૭૮૯૦୧୨୩୪୫୬୭୮୯୦௧௨௩௪௫௬௭௮௯௦౧౨౩౪౫౬౭౮౯౦೧೨೩೪೫೬೭೮೯೦൧൨൩൪൫൬൭൮൯൦๑๒๓๔๕๖๗๘๙๐໑໒໓໔໕໖໗໘໙໐༡༢༣༤༥༦༧༨༩༠၁၂၃၄၅၆၇၈၉၀១២៣៤៥៦៧៨៩០᠑᠒᠓᠔᠕᠖᠗᠘᠙᠐', '12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890') end collate "C"), '[^A-Z0-9]+', '', 'g') end, '') from (select (regexp_match(translate(upper(regexp_replace(case when octet_length("said_place") = length("said_place") then "said_place"
                          else translate(normalize(translate(translate("said_place", E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKC), '١٢٣٤٥٦٧٨٩٠۱۲۳۴۵۶۷۸۹۰१२३४५६७८९०১২৩৪৫৬৭৮৯০੧੨੩੪੫੬੭੮੯੦૧૨૩૪૫૬૭૮૯૦୧୨୩୪୫୬୭୮୯୦௧௨௩௪௫௬௭௮௯௦౧౨౩౪౫౬౭౮౯౦೧೨೩೪೫೬೭೮೯೦൧൨൩൪൫൬൭൮൯൦๑๒๓๔๕๖๗๘๙๐໑໒໓໔໕໖໗໘໙໐༡༢༣༤༥༦༧༨༩༠၁၂၃၄၅၆၇၈၉၀១២៣៤៥៦៧៨៩០᠑᠒᠓᠔᠕᠖᠗᠘᠙᠐', '12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890') end, '&[a-z0-9#]+;', ' ', 'g') collate "C"), 'OI', '01'), '(?<![A-Z0-9])[A-Z01]{1,2}[0-9][A-Z0-9]?[ -]*[0-9][A-Z]{2}(?![A-Z0-9])'))[1] as x offset 0) w), place_0) else "place_0" end as "place"
          from (select l.*,
            case when translate(place_said, '6789012345', '') <> place_said then translate(place_said, 'OI', '01') end as "place_0"
            from (select l.*,
              nullif(case when "said_place" !~ '[^A-Z0-9/ -]' then translate("said_place", '/ -', '')
                else regexp_replace(upper(case when octet_length("said_place") = length("said_place") then "said_place"
                    else translate(normalize(translate(translate("said_place", E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKC), '١٢٣٤٥٦٧٨٩٠۱۲۳۴۵۶۷۸۹۰१२३४५६७८९०১২৩৪৫৬৭৮৯০੧੨੩੪੫੬੭੮੯੦૧૨૩૪૫૬૭૮૯૦୧୨୩୪୫୬୭୮୯୦௧௨௩௪௫௬௭௮௯௦౧౨౩౪౫౬౭౮౯౦೧೨೩೪೫೬೭೮೯೦൧൨൩൪൫൬൭൮൯൦๑๒๓๔๕๖๗๘๙๐໑໒໓໔໕໖໗໘໙໐༡༢༣༤༥༦༧༨༩༠၁၂၃၄၅၆၇၈၉၀១២៣៤៥៦៧៨៩០᠑᠒᠓᠔᠕᠖᠗᠘᠙᠐', '12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890') end collate "C"), '[^A-Z0-9]+', '', 'g') end, '') as "place_said"
              from (select distinct nullif(btrim(a."c_postcode", E' \t\r\n\u00a0'), '') as "said_place"
                from (select distinct "c_postcode" from arrived) a offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) "place" on coalesce("place"."said_place", '') = coalesce(t."c_postcode", '')
    where t.code is null offset 0) l offset 0) t
--   $1 = ["B","CV","DE","GL","LE","NN","OX","WR","ZZ99"]
--   $2 = ["% limited %","% ltd %","% cyfyngedig %","% cyf %","% plc %","% llp %","% cic %","% cio %","% unlim… (302 characters)
--   $3 = "CAST:born_on"
--   $4 = "CAST:left_on"
--   $5 = "CAST:attempts"
--   $6 = "CAST:deceased"
--   $7 = "DATE:left_on"
--   $8 = ["1970-01-01"]

-- explain: faults
select code from (select l.*,
  case when key_missing then 'KEY_MISSING' when not "g_c_born_on" then $1::text when not "g_c_left_on" then $2::text when not "g_c_attempts" then $3::text when not "g_c_deceased" then $4::text when "v_c_left_on" < date '1900-01-01' or "v_c_left_on" >= date '2200-01-01' then $5::text  end as "code"
  from (select l.*,
    case when "g_c_born_on" then case when not ("c_born_on"::date <= date '1900-01-01' or "c_born_on"::date = date '1901-01-01') then "c_born_on"::date end end as "v_c_born_on",
    case when "g_c_district" then "c_district" end as "v_c_district",
    case when "g_c_left_on" then "c_left_on"::date end as "v_c_left_on",
    case when "g_c_attempts" then "c_attempts"::bigint end as "v_c_attempts",
    case when "g_c_deceased" then lower("c_deceased") in ('true', 't', 'yes', 'y', '1') end as "v_c_deceased"
    from (select l.*,
      case when "c_born_on" ~ '^[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' then substr("c_born_on", 9, 2)::integer <= case
      when substr("c_born_on", 6, 2) in ('04', '06', '09', '11') then 30
      when substr("c_born_on", 6, 2) <> '02' then 31
      when substr("c_born_on", 1, 4)::integer % 400 = 0 then 29
      when substr("c_born_on", 1, 4)::integer % 100 = 0 then 28
      when substr("c_born_on", 1, 4)::integer % 4 = 0 then 29
      else 28 end when "c_born_on" is not null then false end as "g_c_born_on",
      true as "g_c_district",
      case when "c_left_on" ~ '^[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' then substr("c_left_on", 9, 2)::integer <= case
      when substr("c_left_on", 6, 2) in ('04', '06', '09', '11') then 30
      when substr("c_left_on", 6, 2) <> '02' then 31
      when substr("c_left_on", 1, 4)::integer % 400 = 0 then 29
      when substr("c_left_on", 1, 4)::integer % 100 = 0 then 28
      when substr("c_left_on", 1, 4)::integer % 4 = 0 then 29
      else 28 end when "c_left_on" is not null then false end as "g_c_left_on",
      "c_attempts" ~ '^[+-]?[0-9]{1,18}$' as "g_c_attempts",
      lower("c_deceased") in ('true', 'false', 't', 'f', 'yes', 'no', 'y', 'n', '1', '0') as "g_c_deceased"
      from (select array[a."c_resident_ref"]::text[] as key,
        (nullif(btrim(a."c_resident_ref", E' \t\r\n\u00a0'), '') is null) as key_missing,
        nullif(btrim(a."c_resident_ref", E' \t\r\n\u00a0'), '') as "c_resident_ref",
        case when nullif(btrim(a."c_born_on", E' \t\r\n\u00a0'), '') = any ($6::text[]) then null else nullif(btrim(a."c_born_on", E' \t\r\n\u00a0'), '') end as "c_born_on",
        nullif(btrim(a."c_district", E' \t\r\n\u00a0'), '') as "c_district",
        nullif(btrim(a."c_left_on", E' \t\r\n\u00a0'), '') as "c_left_on",
        nullif(btrim(a."c_attempts", E' \t\r\n\u00a0'), '') as "c_attempts",
        nullif(btrim(a."c_deceased", E' \t\r\n\u00a0'), '') as "c_deceased",
        nullif(btrim(a."c_phone_mobile", E' \t\r\n\u00a0'), '') as "c_phone_mobile",
        nullif(btrim(a."c_phone_home", E' \t\r\n\u00a0'), '') as "c_phone_home",
        nullif(btrim(a."c_forename", E' \t\r\n\u00a0'), '') as "c_forename",
        nullif(btrim(a."c_surname", E' \t\r\n\u00a0'), '') as "c_surname",
        nullif(btrim(a."c_postcode", E' \t\r\n\u00a0'), '') as "c_postcode"
        from arrived a offset 0) l offset 0) l offset 0) l offset 0) l where code is not null and (nullif(case when l."c_resident_ref" !~ '[^A-Z0-9/ -]' then translate(l."c_resident_ref", '/ -', '')
    else regexp_replace(upper(case when octet_length(l."c_resident_ref") = length(l."c_resident_ref") then l."c_resident_ref"
        else translate(normalize(translate(translate(l."c_resident_ref", E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKC), '١٢٣٤٥٦٧٨٩٠۱۲۳۴۵۶۷۸۹۰१२३४५६७८९०১২৩৪৫৬৭৮৯০੧੨੩੪੫੬੭੮੯੦૧૨૩૪૫૬૭૮૯૦୧୨୩୪୫୬୭୮୯୦௧௨௩௪௫௬௭௮௯௦౧౨౩౪౫౬౭౮౯౦೧೨೩೪೫೬೭೮೯೦൧൨൩൪൫൬൭൮൯൦๑๒๓๔๕๖๗๘๙๐໑໒໓໔໕໖໗໘໙໐༡༢༣༤༥༦༧༨༩༠၁၂၃၄၅၆၇၈၉၀១២៣៤៥៦៧៨៩០᠑᠒᠓᠔᠕᠖᠗᠘᠙᠐', '12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890') end collate "C"), '[^A-Z0-9]+', '', 'g') end, '') = (select nullif(case when current_setting('cordon.reference') !~ '[^A-Z0-9/ -]' then translate(current_setting('cordon.reference'), '/ -', '')
      else regexp_replace(upper(case when octet_length(current_setting('cordon.reference')) = length(current_setting('cordon.reference')) then current_setting('cordon.reference')
          else translate(normalize(translate(translate(current_setting('cordon.reference'), E'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02c8\u2018\u2019\u201b\u2032\u2035\uff07', ''''''''''''''''''''''''''), E'\u058a\u2010\u2011\u2012\u2013\u2014\u2015\u2027\u2043\u2212\u2e3a\ufe58\ufe63\uff0d\u02d7\u1806\u207b\u208b\u2219\u22c5\u2500\u2796\u2e17\u2e1a\u2e3b\u2e40\ufe31\ufe32\u00b7\u2022\u2044\u2215' || E'\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\u20e3\ufe0f\ufeff\u034f\u180e\u2061\u2062\u2063\u2064\ufe0e\ufffc', '------------------------------//'), NFKC), '١٢٣٤٥٦٧٨٩٠۱۲۳۴۵۶۷۸۹۰१२३४५६७८९०১২৩৪৫৬৭৮৯০੧੨੩੪੫੬੭੮੯੦૧૨૩૪૫૬૭૮૯૦୧୨୩୪୫୬୭୮୯୦௧௨௩௪௫௬௭௮௯௦౧౨౩౪౫౬౭౮౯౦೧೨೩೪೫೬೭೮೯೦൧൨൩൪൫൬൭൮൯൦๑๒๓๔๕๖๗๘๙๐໑໒໓໔໕໖໗໘໙໐༡༢༣༤༥༦༧༨༩༠၁၂၃၄၅၆၇၈၉၀១២៣៤៥៦៧៨៩០᠑᠒᠓᠔᠕᠖᠗᠘᠙᠐', '12345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890') end collate "C"), '[^A-Z0-9]+', '', 'g') end, ''))) order by 1
--   $1 = "CAST:born_on"
--   $2 = "CAST:left_on"
--   $3 = "CAST:attempts"
--   $4 = "CAST:deceased"
--   $5 = "DATE:left_on"
--   $6 = ["1970-01-01"]

-- explain: rules
with met as materialized (select t.row, e.asks, 0::bigint as shared, e.register, e.kind, e.entry
  from (select r.ctid as row, r.reference_tokens = '{}' as unreferenced, unnest(r.phone_tokens || r.reference_tokens || r.person_tokens) as token from recheck r
    union all select r.ctid, s.reference_tokens = '{}' as unreferenced, unnest(s.phone_tokens || s.reference_tokens || s.person_tokens) as token from sampled s join recheck r on r.key = s.key
    union all select row, unreferenced, token from (with recursive lifted(row, unreferenced, token, n) as (
        select row, unreferenced, token, 0 from (select r.ctid as row, r.reference_tokens = '{}' as unreferenced, unnest(r.phone_tokens || r.reference_tokens || r.person_tokens) as token from recheck r
          union all select r.ctid, s.reference_tokens = '{}' as unreferenced, unnest(s.phone_tokens || s.reference_tokens || s.person_tokens) as token from sampled s join recheck r on r.key = s.key) h
        union all
        select row, unreferenced, sha256(((select array(select decode(h, 'hex') from unnest(string_to_array(nullif(current_setting('cordon.lift_outer', true), ''), ',')) h)))[n + 1] || sha256(((select array(select decode(h, 'hex') from unnest(string_to_array(nullif(current_setting('cordon.lift_inner', true), ''), ',')) h)))[n + 1] || token)), n + 1
        from lifted where n < (select cardinality((select array(select decode(h, 'hex') from unnest(string_to_array(nullif(current_setting('cordon.lift_inner', true), ''), ',')) h))))
      ) select row, unreferenced, token from lifted where n > 0) later where (select cardinality((select array(select decode(h, 'hex') from unnest(string_to_array(nullif(current_setting('cordon.lift_inner', true), ''), ',')) h)))) > 0) t join (select r.token, r.kind = 'person-of-unknown-case' as casewise,
    case when r.register = $1::text then '1'::bigint else 0 end | case when r.register = $2::text then '2'::bigint else 0 end | case when r.register = $3::text and (r.review_on < (select ($4::timestamptz at time zone $5::text)::date)) is not true then '4'::bigint else 0 end | case when r.register = $6::text and (r.review_on < (select ($7::timestamptz at time zone $8::text)::date)) then '8'::bigint else 0 end as asks,
    r.register, r.kind, case when r.added_by <> 'canary' then r.entry end as entry
    from register_entry r where r.withdrawn_at is null and r.register = any ($9::text[])
    union all select c.token, false, case when c.contacted_on >= (select (($10::timestamptz at time zone $11::text) - $12::interval)::date) then '16'::bigint else 0 end, 'contacts', c.kind, null
    from contact_history c where (c.survey, c.period) is distinct from ($13::text, $14::text)) e on e.token = t.token and (t.unreferenced or not e.casewise)
  union all select r.ctid, 0, s.shared, null, null, null from sampled s join recheck r on r.key = s.key where s.shared <> 0)
select r.key, r.mask::text as mask from (select h.*, 0::bigint
  | case when ((asks & '1'::bigint <> 0)) is false then 0 else '1'::bigint end
  | case when ("c_deceased") is false then 0 else '2'::bigint end
  | case when ((case when "c_born_on" <= (select ($15::timestamptz at time zone $16::text)::date) and "c_born_on" > (select ($17::timestamptz at time zone $18::text)::date) - 44925 then not ((select ((select ($19::timestamptz at time zone $20::text)::date) - make_interval(years => 18))::date) >= "c_born_on") end)) is false then 0 else '4'::bigint end
  | case when ((not ("c_left_on" is null))) is false then 0 else '8'::bigint end
  | case when (("check_0" or (not ("c_district" = any ($21::text[]))))) is false then 0 else '16'::bigint end
  | case when ("check_1") is false then 0 else '32'::bigint end
  | case when (("c_attempts" >= $22::bigint)) is false then 0 else '64'::bigint end
  | case when ((asks & '2'::bigint <> 0)) is false then 0 else '128'::bigint end
  | case when ((asks & '4'::bigint <> 0)) is false then 0 else '256'::bigint end
  | case when ((asks & '8'::bigint <> 0)) is false then 0 else '512'::bigint end
  | case when ((not (phone_kinds && $23::text[]))) is false then 0 else '1024'::bigint end
  | case when ((asks & '16'::bigint <> 0)) is false then 0 else '2048'::bigint end as mask
  from (select i.*, coalesce(nullif(m.asks, 0), case when i.phone_tokens <> '{}' or i.reference_tokens <> '{}' or i.person_tokens <> '{}' then 0 end) as asks, coalesce(m.shared, 0) as shared
    from "recheck" i
    left join (select row, bit_or(asks) as asks, bit_or(shared) as shared from met group by row) m on m.row = i.ctid offset 0) h offset 0) r order by r.key collate "C"
--   $1 = "opt-outs"
--   $2 = "safety-markers"
--   $3 = "holds"
--   $4 = <drawnAt>
--   $5 = "Europe/London"
--   $6 = "holds"
--   $7 = <drawnAt>
--   $8 = "Europe/London"
--   $9 = ["opt-outs","safety-markers","holds"]
--   $10 = <drawnAt>
--   $11 = "Europe/London"
--   $12 = "P12M"
--   $13 = "warwickshire-perception"
--   $14 = <period>
--   $15 = <drawnAt>
--   $16 = "Europe/London"
--   $17 = <drawnAt>
--   $18 = "Europe/London"
--   $19 = <drawnAt>
--   $20 = "Europe/London"
--   $21 = ["North Warwickshire","Nuneaton and Bedworth","Rugby","Stratford-on-Avon","Warwick"]
--   $22 = 3
--   $23 = ["mobile","landline"]
