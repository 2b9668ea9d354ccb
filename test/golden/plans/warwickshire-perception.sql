-- plan 9bb0a56ef81e245ce5271497b3e3227666da28cc8007a16b7955b4afa2ed7071
-- declaration 145bcf8584258c0c16cd8b83e5e343c9413e23d10548557fbf6a95ac8f7a7357

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
  stratum text -- with statistics
  strata text[]
  phone_tokens bytea[]
  reference_tokens bytea[]
  person_tokens bytea[]
)

-- staging: frame_key
unlogged table frame_key (
  frame_id text
  stratum text -- with statistics
  key text[]
  phone_tokens bytea[]
  reference_tokens bytea[]
  person_tokens bytea[]
)

-- staging: sampled
unlogged table sampled (
  frame_id text
  stratum text -- with statistics
  key text[]
  part text
  rank integer
  state text
  struck_by text
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

-- extract: load 1 of 2
insert into quarantine (key, code)
select key, code from (select l.*,
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

-- extract: load 2 of 2
insert into "intake" ("key", "c_born_on", "c_district", "c_left_on", "c_attempts", "c_deceased", "check_0", "check_1", "phone_kinds", "phone_tokens", "reference_tokens", "person_tokens")
select t."key", t."v_c_born_on", t."v_c_district", t."v_c_left_on", t."v_c_attempts", t."v_c_deceased", t."check_0", t."check_1", t."phone_kinds", t."phone_tokens", t."reference_tokens", t."person_tokens"
from (select l.*,
  case when regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g') ~ '^[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}$'
  then not (array[substring(left(regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g'), -3) from '^[A-Z]+'), left(regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g'), -3), left(regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g'), -3) || ' ' || substr(regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g'), length(regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g')) - 2, 1)] && $1::text[]) end as "check_0",
  ((' ' || btrim(regexp_replace(lower(translate(replace("c_surname", '&', ' and '), '.''’`', '') collate "C"), '[^a-z0-9]+', ' ', 'g')) || ' ') like any ($2::text[])) as "check_1",
  array_remove(array["k_1_1", "k_1_2", "k_1_3", "k_2_1", "k_2_2", "k_2_3"]::text[], null) as "phone_kinds",
  array_remove(array[sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_1_1", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_1_2", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_1_3", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_2_1", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_2_2", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_2_3", 'UTF8')))]::bytea[], null) as "phone_tokens",
  array_remove(array[sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('reference:' || nullif(regexp_replace(upper("c_resident_ref" collate "C"), '[^A-Z0-9]', '', 'g'), ''), 'UTF8')))]::bytea[], null) as "reference_tokens",
  case when "person_full" is null then '{}'::bytea[] else array_remove(array[sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || "person_full", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || "person_initial", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || "person_swapped", 'UTF8')))]::bytea[], null) end as "person_tokens"
  from (select l.*,
    person_first || '|' || person_last || '|' || person_place as "person_full",
    left(person_first, 1) || '|' || person_last || '|' || person_place as "person_initial",
    person_last_first || '|' || replace(forename_words, ' ', '') || '|' || person_place as "person_swapped"
    from (select l.*,
      nullif(split_part(forename_words, ' ', 1), '') as "person_first",
      nullif(replace(surname_words, ' ', ''), '') as "person_last",
      nullif(split_part(surname_words, ' ', 1), '') as "person_last_first"
      from (select l.*,
        regexp_replace(btrim(lower(replace(replace(replace(replace(translate(
                        regexp_replace(normalize(translate(translate("c_forename", E'''`.,_()"\u00b4\u2018\u2019\u02bc', ''), E'-\u2010\u2011\u2012\u2013\u2014\t\r\n', '         '), NFKD), '[\u0300-\u036f]', '', 'g'),
                        'ŁłØøÐðĐđĦħıÆŒÞẞ', 'LlOoDdDdHhiæœþß'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th') collate "C")), '^((mr|mrs|ms|miss|mx|master|dr|prof|professor|rev|revd|reverend|sir|dame|lady|lord)( |$))+', '') as "forename_words",
        btrim(lower(replace(replace(replace(replace(translate(
                      regexp_replace(normalize(translate(translate("c_surname", E'''`.,_()"\u00b4\u2018\u2019\u02bc', ''), E'-\u2010\u2011\u2012\u2013\u2014\t\r\n', '         '), NFKD), '[\u0300-\u036f]', '', 'g'),
                      'ŁłØøÐðĐđĦħıÆŒÞẞ', 'LlOoDdDdHhiæœþß'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th') collate "C")) as "surname_words",
        nullif(regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g'), '') as "person_place"
        from (select l.*,
          case
          when "e_1_1" is null then null
          when "x_1_1" then 'other'
          when substr("e_1_1", 4, 1) = '7' and substr("e_1_1", 5, 1) not in ('0', '6') then 'mobile'
          when substr("e_1_1", 4, 1) in ('1', '2') then 'landline'
          else 'other'
          end as "k_1_1",
          case
          when "e_1_2" is null then null
          when "x_1_2" then 'other'
          when substr("e_1_2", 4, 1) = '7' and substr("e_1_2", 5, 1) not in ('0', '6') then 'mobile'
          when substr("e_1_2", 4, 1) in ('1', '2') then 'landline'
          else 'other'
          end as "k_1_2",
          case
          when "e_1_3" is null then null
          when "x_1_3" then 'other'
          when substr("e_1_3", 4, 1) = '7' and substr("e_1_3", 5, 1) not in ('0', '6') then 'mobile'
          when substr("e_1_3", 4, 1) in ('1', '2') then 'landline'
          else 'other'
          end as "k_1_3",
          case
          when "e_2_1" is null then null
          when "x_2_1" then 'other'
          when substr("e_2_1", 4, 1) = '7' and substr("e_2_1", 5, 1) not in ('0', '6') then 'mobile'
          when substr("e_2_1", 4, 1) in ('1', '2') then 'landline'
          else 'other'
          end as "k_2_1",
          case
          when "e_2_2" is null then null
          when "x_2_2" then 'other'
          when substr("e_2_2", 4, 1) = '7' and substr("e_2_2", 5, 1) not in ('0', '6') then 'mobile'
          when substr("e_2_2", 4, 1) in ('1', '2') then 'landline'
          else 'other'
          end as "k_2_2",
          case
          when "e_2_3" is null then null
          when "x_2_3" then 'other'
          when substr("e_2_3", 4, 1) = '7' and substr("e_2_3", 5, 1) not in ('0', '6') then 'mobile'
          when substr("e_2_3", 4, 1) in ('1', '2') then 'landline'
          else 'other'
          end as "k_2_3"
          from (select l.*,
            case
            when translate("n_1_1", '6789012345', '') <> '' then null
            when length("n_1_1") = 11 and substr("n_1_1", 1, 1) = '0' and substr("n_1_1", 2, 1) <> '0' then '+44' || substr("n_1_1", 2)
            when length("n_1_1") = 12 and left("n_1_1", 2) = '44' and substr("n_1_1", 3, 1) <> '0' then '+' || "n_1_1"
            when length("n_1_1") = 13 and left("n_1_1", 3) = '440' and substr("n_1_1", 4, 1) <> '0' then '+44' || substr("n_1_1", 4)
            when length("n_1_1") = 14 and left("n_1_1", 4) = '0044' and substr("n_1_1", 5, 1) <> '0' then '+' || substr("n_1_1", 3)
            when length("n_1_1") = 15 and left("n_1_1", 5) = '00440' and substr("n_1_1", 6, 1) <> '0' then '+44' || substr("n_1_1", 6)
            end as "e_1_1",
            case
            when translate("n_1_2", '6789012345', '') <> '' then null
            when length("n_1_2") = 11 and substr("n_1_2", 1, 1) = '0' and substr("n_1_2", 2, 1) <> '0' then '+44' || substr("n_1_2", 2)
            when length("n_1_2") = 12 and left("n_1_2", 2) = '44' and substr("n_1_2", 3, 1) <> '0' then '+' || "n_1_2"
            when length("n_1_2") = 13 and left("n_1_2", 3) = '440' and substr("n_1_2", 4, 1) <> '0' then '+44' || substr("n_1_2", 4)
            when length("n_1_2") = 14 and left("n_1_2", 4) = '0044' and substr("n_1_2", 5, 1) <> '0' then '+' || substr("n_1_2", 3)
            when length("n_1_2") = 15 and left("n_1_2", 5) = '00440' and substr("n_1_2", 6, 1) <> '0' then '+44' || substr("n_1_2", 6)
            end as "e_1_2",
            case
            when translate("n_1_3", '6789012345', '') <> '' then null
            when length("n_1_3") = 11 and substr("n_1_3", 1, 1) = '0' and substr("n_1_3", 2, 1) <> '0' then '+44' || substr("n_1_3", 2)
            when length("n_1_3") = 12 and left("n_1_3", 2) = '44' and substr("n_1_3", 3, 1) <> '0' then '+' || "n_1_3"
            when length("n_1_3") = 13 and left("n_1_3", 3) = '440' and substr("n_1_3", 4, 1) <> '0' then '+44' || substr("n_1_3", 4)
            when length("n_1_3") = 14 and left("n_1_3", 4) = '0044' and substr("n_1_3", 5, 1) <> '0' then '+' || substr("n_1_3", 3)
            when length("n_1_3") = 15 and left("n_1_3", 5) = '00440' and substr("n_1_3", 6, 1) <> '0' then '+44' || substr("n_1_3", 6)
            end as "e_1_3",
            case
            when translate("n_2_1", '6789012345', '') <> '' then null
            when length("n_2_1") = 11 and substr("n_2_1", 1, 1) = '0' and substr("n_2_1", 2, 1) <> '0' then '+44' || substr("n_2_1", 2)
            when length("n_2_1") = 12 and left("n_2_1", 2) = '44' and substr("n_2_1", 3, 1) <> '0' then '+' || "n_2_1"
            when length("n_2_1") = 13 and left("n_2_1", 3) = '440' and substr("n_2_1", 4, 1) <> '0' then '+44' || substr("n_2_1", 4)
            when length("n_2_1") = 14 and left("n_2_1", 4) = '0044' and substr("n_2_1", 5, 1) <> '0' then '+' || substr("n_2_1", 3)
            when length("n_2_1") = 15 and left("n_2_1", 5) = '00440' and substr("n_2_1", 6, 1) <> '0' then '+44' || substr("n_2_1", 6)
            end as "e_2_1",
            case
            when translate("n_2_2", '6789012345', '') <> '' then null
            when length("n_2_2") = 11 and substr("n_2_2", 1, 1) = '0' and substr("n_2_2", 2, 1) <> '0' then '+44' || substr("n_2_2", 2)
            when length("n_2_2") = 12 and left("n_2_2", 2) = '44' and substr("n_2_2", 3, 1) <> '0' then '+' || "n_2_2"
            when length("n_2_2") = 13 and left("n_2_2", 3) = '440' and substr("n_2_2", 4, 1) <> '0' then '+44' || substr("n_2_2", 4)
            when length("n_2_2") = 14 and left("n_2_2", 4) = '0044' and substr("n_2_2", 5, 1) <> '0' then '+' || substr("n_2_2", 3)
            when length("n_2_2") = 15 and left("n_2_2", 5) = '00440' and substr("n_2_2", 6, 1) <> '0' then '+44' || substr("n_2_2", 6)
            end as "e_2_2",
            case
            when translate("n_2_3", '6789012345', '') <> '' then null
            when length("n_2_3") = 11 and substr("n_2_3", 1, 1) = '0' and substr("n_2_3", 2, 1) <> '0' then '+44' || substr("n_2_3", 2)
            when length("n_2_3") = 12 and left("n_2_3", 2) = '44' and substr("n_2_3", 3, 1) <> '0' then '+' || "n_2_3"
            when length("n_2_3") = 13 and left("n_2_3", 3) = '440' and substr("n_2_3", 4, 1) <> '0' then '+44' || substr("n_2_3", 4)
            when length("n_2_3") = 14 and left("n_2_3", 4) = '0044' and substr("n_2_3", 5, 1) <> '0' then '+' || substr("n_2_3", 3)
            when length("n_2_3") = 15 and left("n_2_3", 5) = '00440' and substr("n_2_3", 6, 1) <> '0' then '+44' || substr("n_2_3", 6)
            end as "e_2_3"
            from (select l.*,
              translate(rtrim(split_part("p_1_1", 'x', 1), 'e.: '), E' ()-.+\t\u00a0\u2010\u2011\u2012\u2013\u2014', '') as "n_1_1",
              translate(rtrim(split_part("p_1_2", 'x', 1), 'e.: '), E' ()-.+\t\u00a0\u2010\u2011\u2012\u2013\u2014', '') as "n_1_2",
              translate(rtrim(split_part("p_1_3", 'x', 1), 'e.: '), E' ()-.+\t\u00a0\u2010\u2011\u2012\u2013\u2014', '') as "n_1_3",
              translate(rtrim(split_part("p_2_1", 'x', 1), 'e.: '), E' ()-.+\t\u00a0\u2010\u2011\u2012\u2013\u2014', '') as "n_2_1",
              translate(rtrim(split_part("p_2_2", 'x', 1), 'e.: '), E' ()-.+\t\u00a0\u2010\u2011\u2012\u2013\u2014', '') as "n_2_2",
              translate(rtrim(split_part("p_2_3", 'x', 1), 'e.: '), E' ()-.+\t\u00a0\u2010\u2011\u2012\u2013\u2014', '') as "n_2_3",
              position('x' in "p_1_1") > 0 as "x_1_1",
              position('x' in "p_1_2") > 0 as "x_1_2",
              position('x' in "p_1_3") > 0 as "x_1_3",
              position('x' in "p_2_1") > 0 as "x_2_1",
              position('x' in "p_2_2") > 0 as "x_2_2",
              position('x' in "p_2_3") > 0 as "x_2_3"
              from (select l.*,
                translate(split_part("p_1", '/', 1), '#', 'x') as "p_1_1",
                translate(split_part("p_1", '/', 2), '#', 'x') as "p_1_2",
                translate(split_part("p_1", '/', 3), '#', 'x') as "p_1_3",
                translate(split_part("p_2", '/', 1), '#', 'x') as "p_2_1",
                translate(split_part("p_2", '/', 2), '#', 'x') as "p_2_2",
                translate(split_part("p_2", '/', 3), '#', 'x') as "p_2_3"
                from (select l.*,
                  replace(translate(lower("c_phone_mobile" collate "C"), ';,|', '///'), ' or ', '/') as "p_1",
                  replace(translate(lower("c_phone_home" collate "C"), ';,|', '///'), ' or ', '/') as "p_2"
                  from (select l.* from (select l.*,
                      case when key_missing then 'KEY_MISSING' when not "g_c_born_on" then $3::text when not "g_c_left_on" then $4::text when not "g_c_attempts" then $5::text when not "g_c_deceased" then $6::text when "v_c_left_on" < date '1900-01-01' or "v_c_left_on" >= date '2200-01-01' then $7::text  end as "code"
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
                            from arrived a offset 0) l offset 0) l offset 0) l offset 0) l where l.code is null  offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) t
--   $1 = ["B","CV","DE","GL","LE","NN","OX","WR","ZZ99"]
--   $2 = ["% limited %","% ltd %","% cyfyngedig %","% cyf %","% plc %","% llp %","% cic %","% cio %","% unlim… (302 characters)
--   $3 = "CAST:born_on"
--   $4 = "CAST:left_on"
--   $5 = "CAST:attempts"
--   $6 = "CAST:deceased"
--   $7 = "DATE:left_on"
--   $8 = ["1970-01-01"]

-- extract: settle
with repeated as (
  select key from (select key from intake union all select key from quarantine where key is not null) k
  group by key having count(*) > 1
), gone as (
  delete from intake i using repeated r where i.key = r.key returning i.key
)
insert into quarantine (key, code) select key, 'KEY_REPEATED' from gone

-- extract: counts
select (q.n + i.n)::integer as read, q.n::integer as quarantined, i.n::integer as intake
from (select count(*) as n from quarantine) q, (select count(*) as n from intake) i

-- extract: quarantined
select code, count(*)::integer as rows from quarantine group by code order by code collate "C"

-- screen: reset
truncate screened, frame_key

-- screen: rows
with identifier as materialized (select key, 'phone' as kind, unnest(phone_tokens) as token from "intake"
  union all select key, 'reference', unnest(reference_tokens) from "intake"
  union all select key, 'person', unnest(person_tokens) from "intake")
insert into screened (key, mask, stratum, strata, "phone_tokens", "reference_tokens", "person_tokens")
select key, mask, array_to_string(strata, ' / '), strata, case when mask = 0 then "phone_tokens" end, case when mask = 0 then "reference_tokens" end, case when mask = 0 then "person_tokens" end
from (select x.*, array[coalesce("c_district"::text, '?')] as strata from (select h.*, (case when ("hit_0") is false then 0 else '1'::bigint end
      | case when ("c_deceased") is false then 0 else '2'::bigint end
      | case when ((case when "c_born_on" <= (select ($1::timestamptz at time zone $2::text)::date) and "c_born_on" > (select ($3::timestamptz at time zone $4::text)::date) - 44925 then not ((select ((select ($5::timestamptz at time zone $6::text)::date) - make_interval(years => 18))::date) >= "c_born_on") end)) is false then 0 else '4'::bigint end
      | case when ((not ("c_left_on" is null))) is false then 0 else '8'::bigint end
      | case when (("check_0" or (not ("c_district" = any ($7::text[]))))) is false then 0 else '16'::bigint end
      | case when ("check_1") is false then 0 else '32'::bigint end
      | case when (("c_attempts" >= $8::bigint)) is false then 0 else '64'::bigint end
      | case when ("hit_1") is false then 0 else '128'::bigint end
      | case when ((not (phone_kinds && $9::text[]))) is false then 0 else '256'::bigint end
      | case when ("hit_2") is false then 0 else '512'::bigint end)::bigint as mask
    from (select i.* , case when "hit_0".key is not null then true
      when cardinality(i.phone_tokens) + cardinality(i.reference_tokens) + cardinality(i.person_tokens) > 0 then false end as "hit_0" , case when "hit_1".key is not null then true
      when cardinality(i.phone_tokens) + cardinality(i.reference_tokens) + cardinality(i.person_tokens) > 0 then false end as "hit_1" , case when "hit_2".key is not null then true
      when cardinality(i.phone_tokens) + cardinality(i.reference_tokens) + cardinality(i.person_tokens) > 0 then false end as "hit_2"
      from "intake" i
      left join (select distinct i.key from identifier i join register_entry r on r.kind = i.kind and r.token = i.token
        where r.register = $10::text and r.withdrawn_at is null) "hit_0" on "hit_0".key = i.key
      left join (select distinct i.key from identifier i join register_entry r on r.kind = i.kind and r.token = i.token
        where r.register = $11::text and r.withdrawn_at is null) "hit_1" on "hit_1".key = i.key
      left join (select distinct i.key from identifier i join contact_history c on c.kind = i.kind and c.token = i.token
        where (c.survey, c.period) is distinct from ($12::text, $13::text) and c.contacted_on >= (select (($14::timestamptz at time zone $15::text) - $16::interval)::date)) "hit_2" on "hit_2".key = i.key offset 0) h offset 0) x) x
--   $1 = <drawnAt>
--   $2 = "Europe/London"
--   $3 = <drawnAt>
--   $4 = "Europe/London"
--   $5 = <drawnAt>
--   $6 = "Europe/London"
--   $7 = ["North Warwickshire","Nuneaton and Bedworth","Rugby","Stratford-on-Avon","Warwick"]
--   $8 = 3
--   $9 = ["mobile","landline"]
--   $10 = "opt-outs"
--   $11 = "safety-markers"
--   $12 = "warwickshire-perception"
--   $13 = <period>
--   $14 = <drawnAt>
--   $15 = "Europe/London"
--   $16 = "P12M"

-- screen: population 1 of 1
with repeated as (
  select person_tokens[1] as person from screened where mask = 0 group by 1 having count(*) > 1
), ranked as (
  select s.key, row_number() over (
    partition by s.person_tokens[1] order by s.key collate "C"
  ) as place
  from screened s join repeated r on r.person = s.person_tokens[1] where s.mask = 0
), hit as (
  select key from ranked where place > 1
  union all select key from screened where mask = 0 and person_tokens[1] is null
)
update screened s set mask = s.mask | '1024'::bigint from hit where hit.key = s.key

-- screen: counts
select r.reason,
coalesce(sum(m.n) filter (where m.mask & -m.mask = r.bit), 0)::integer as first,
coalesce(sum(m.n) filter (where m.mask & r.bit <> 0), 0)::integer as "all"
from unnest($1::text[], $2::bigint[]) with ordinality r(reason, bit, i)
left join (select mask, count(*) as n from screened group by mask) m on true
group by r.reason, r.i
order by r.i
--   $1 = ["opted-out","deceased","under-18","moved-away","outside-force","not-a-person","asked-too-often","se… (161 characters)
--   $2 = ["1","2","4","8","16","32","64","128","256","512","1024"]

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
--   $1 = ["1","2","4","8","16","32","64","128","256","512","1024"]

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
insert into frame_key (frame_id, stratum, key, phone_tokens, reference_tokens, person_tokens)
select encode(sha256((select current_setting('cordon.frame_outer')::bytea) || sha256((select current_setting('cordon.frame_inner')::bytea) || convert_to('frame:' || array_to_json(s.key)::text, 'UTF8'))), 'hex'), array_to_string(m.merged, ' / '),
s.key, s.phone_tokens, s.reference_tokens, s.person_tokens
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
select t."key", t."v_c_born_on", t."v_c_district", t."v_c_left_on", t."v_c_attempts", t."v_c_deceased", t."check_0", t."check_1", t."phone_kinds", t."phone_tokens", t."reference_tokens", t."person_tokens"
from (select l.*,
  case when regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g') ~ '^[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}$'
  then not (array[substring(left(regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g'), -3) from '^[A-Z]+'), left(regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g'), -3), left(regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g'), -3) || ' ' || substr(regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g'), length(regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g')) - 2, 1)] && $1::text[]) end as "check_0",
  ((' ' || btrim(regexp_replace(lower(translate(replace("c_surname", '&', ' and '), '.''’`', '') collate "C"), '[^a-z0-9]+', ' ', 'g')) || ' ') like any ($2::text[])) as "check_1",
  array_remove(array["k_1_1", "k_1_2", "k_1_3", "k_2_1", "k_2_2", "k_2_3"]::text[], null) as "phone_kinds",
  array_remove(array[sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_1_1", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_1_2", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_1_3", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_2_1", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_2_2", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_2_3", 'UTF8')))]::bytea[], null) as "phone_tokens",
  array_remove(array[sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('reference:' || nullif(regexp_replace(upper("c_resident_ref" collate "C"), '[^A-Z0-9]', '', 'g'), ''), 'UTF8')))]::bytea[], null) as "reference_tokens",
  case when "person_full" is null then '{}'::bytea[] else array_remove(array[sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || "person_full", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || "person_initial", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || "person_swapped", 'UTF8')))]::bytea[], null) end as "person_tokens"
  from (select l.*,
    person_first || '|' || person_last || '|' || person_place as "person_full",
    left(person_first, 1) || '|' || person_last || '|' || person_place as "person_initial",
    person_last_first || '|' || replace(forename_words, ' ', '') || '|' || person_place as "person_swapped"
    from (select l.*,
      nullif(split_part(forename_words, ' ', 1), '') as "person_first",
      nullif(replace(surname_words, ' ', ''), '') as "person_last",
      nullif(split_part(surname_words, ' ', 1), '') as "person_last_first"
      from (select l.*,
        regexp_replace(btrim(lower(replace(replace(replace(replace(translate(
                        regexp_replace(normalize(translate(translate("c_forename", E'''`.,_()"\u00b4\u2018\u2019\u02bc', ''), E'-\u2010\u2011\u2012\u2013\u2014\t\r\n', '         '), NFKD), '[\u0300-\u036f]', '', 'g'),
                        'ŁłØøÐðĐđĦħıÆŒÞẞ', 'LlOoDdDdHhiæœþß'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th') collate "C")), '^((mr|mrs|ms|miss|mx|master|dr|prof|professor|rev|revd|reverend|sir|dame|lady|lord)( |$))+', '') as "forename_words",
        btrim(lower(replace(replace(replace(replace(translate(
                      regexp_replace(normalize(translate(translate("c_surname", E'''`.,_()"\u00b4\u2018\u2019\u02bc', ''), E'-\u2010\u2011\u2012\u2013\u2014\t\r\n', '         '), NFKD), '[\u0300-\u036f]', '', 'g'),
                      'ŁłØøÐðĐđĦħıÆŒÞẞ', 'LlOoDdDdHhiæœþß'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th') collate "C")) as "surname_words",
        nullif(regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g'), '') as "person_place"
        from (select l.*,
          case
          when "e_1_1" is null then null
          when "x_1_1" then 'other'
          when substr("e_1_1", 4, 1) = '7' and substr("e_1_1", 5, 1) not in ('0', '6') then 'mobile'
          when substr("e_1_1", 4, 1) in ('1', '2') then 'landline'
          else 'other'
          end as "k_1_1",
          case
          when "e_1_2" is null then null
          when "x_1_2" then 'other'
          when substr("e_1_2", 4, 1) = '7' and substr("e_1_2", 5, 1) not in ('0', '6') then 'mobile'
          when substr("e_1_2", 4, 1) in ('1', '2') then 'landline'
          else 'other'
          end as "k_1_2",
          case
          when "e_1_3" is null then null
          when "x_1_3" then 'other'
          when substr("e_1_3", 4, 1) = '7' and substr("e_1_3", 5, 1) not in ('0', '6') then 'mobile'
          when substr("e_1_3", 4, 1) in ('1', '2') then 'landline'
          else 'other'
          end as "k_1_3",
          case
          when "e_2_1" is null then null
          when "x_2_1" then 'other'
          when substr("e_2_1", 4, 1) = '7' and substr("e_2_1", 5, 1) not in ('0', '6') then 'mobile'
          when substr("e_2_1", 4, 1) in ('1', '2') then 'landline'
          else 'other'
          end as "k_2_1",
          case
          when "e_2_2" is null then null
          when "x_2_2" then 'other'
          when substr("e_2_2", 4, 1) = '7' and substr("e_2_2", 5, 1) not in ('0', '6') then 'mobile'
          when substr("e_2_2", 4, 1) in ('1', '2') then 'landline'
          else 'other'
          end as "k_2_2",
          case
          when "e_2_3" is null then null
          when "x_2_3" then 'other'
          when substr("e_2_3", 4, 1) = '7' and substr("e_2_3", 5, 1) not in ('0', '6') then 'mobile'
          when substr("e_2_3", 4, 1) in ('1', '2') then 'landline'
          else 'other'
          end as "k_2_3"
          from (select l.*,
            case
            when translate("n_1_1", '6789012345', '') <> '' then null
            when length("n_1_1") = 11 and substr("n_1_1", 1, 1) = '0' and substr("n_1_1", 2, 1) <> '0' then '+44' || substr("n_1_1", 2)
            when length("n_1_1") = 12 and left("n_1_1", 2) = '44' and substr("n_1_1", 3, 1) <> '0' then '+' || "n_1_1"
            when length("n_1_1") = 13 and left("n_1_1", 3) = '440' and substr("n_1_1", 4, 1) <> '0' then '+44' || substr("n_1_1", 4)
            when length("n_1_1") = 14 and left("n_1_1", 4) = '0044' and substr("n_1_1", 5, 1) <> '0' then '+' || substr("n_1_1", 3)
            when length("n_1_1") = 15 and left("n_1_1", 5) = '00440' and substr("n_1_1", 6, 1) <> '0' then '+44' || substr("n_1_1", 6)
            end as "e_1_1",
            case
            when translate("n_1_2", '6789012345', '') <> '' then null
            when length("n_1_2") = 11 and substr("n_1_2", 1, 1) = '0' and substr("n_1_2", 2, 1) <> '0' then '+44' || substr("n_1_2", 2)
            when length("n_1_2") = 12 and left("n_1_2", 2) = '44' and substr("n_1_2", 3, 1) <> '0' then '+' || "n_1_2"
            when length("n_1_2") = 13 and left("n_1_2", 3) = '440' and substr("n_1_2", 4, 1) <> '0' then '+44' || substr("n_1_2", 4)
            when length("n_1_2") = 14 and left("n_1_2", 4) = '0044' and substr("n_1_2", 5, 1) <> '0' then '+' || substr("n_1_2", 3)
            when length("n_1_2") = 15 and left("n_1_2", 5) = '00440' and substr("n_1_2", 6, 1) <> '0' then '+44' || substr("n_1_2", 6)
            end as "e_1_2",
            case
            when translate("n_1_3", '6789012345', '') <> '' then null
            when length("n_1_3") = 11 and substr("n_1_3", 1, 1) = '0' and substr("n_1_3", 2, 1) <> '0' then '+44' || substr("n_1_3", 2)
            when length("n_1_3") = 12 and left("n_1_3", 2) = '44' and substr("n_1_3", 3, 1) <> '0' then '+' || "n_1_3"
            when length("n_1_3") = 13 and left("n_1_3", 3) = '440' and substr("n_1_3", 4, 1) <> '0' then '+44' || substr("n_1_3", 4)
            when length("n_1_3") = 14 and left("n_1_3", 4) = '0044' and substr("n_1_3", 5, 1) <> '0' then '+' || substr("n_1_3", 3)
            when length("n_1_3") = 15 and left("n_1_3", 5) = '00440' and substr("n_1_3", 6, 1) <> '0' then '+44' || substr("n_1_3", 6)
            end as "e_1_3",
            case
            when translate("n_2_1", '6789012345', '') <> '' then null
            when length("n_2_1") = 11 and substr("n_2_1", 1, 1) = '0' and substr("n_2_1", 2, 1) <> '0' then '+44' || substr("n_2_1", 2)
            when length("n_2_1") = 12 and left("n_2_1", 2) = '44' and substr("n_2_1", 3, 1) <> '0' then '+' || "n_2_1"
            when length("n_2_1") = 13 and left("n_2_1", 3) = '440' and substr("n_2_1", 4, 1) <> '0' then '+44' || substr("n_2_1", 4)
            when length("n_2_1") = 14 and left("n_2_1", 4) = '0044' and substr("n_2_1", 5, 1) <> '0' then '+' || substr("n_2_1", 3)
            when length("n_2_1") = 15 and left("n_2_1", 5) = '00440' and substr("n_2_1", 6, 1) <> '0' then '+44' || substr("n_2_1", 6)
            end as "e_2_1",
            case
            when translate("n_2_2", '6789012345', '') <> '' then null
            when length("n_2_2") = 11 and substr("n_2_2", 1, 1) = '0' and substr("n_2_2", 2, 1) <> '0' then '+44' || substr("n_2_2", 2)
            when length("n_2_2") = 12 and left("n_2_2", 2) = '44' and substr("n_2_2", 3, 1) <> '0' then '+' || "n_2_2"
            when length("n_2_2") = 13 and left("n_2_2", 3) = '440' and substr("n_2_2", 4, 1) <> '0' then '+44' || substr("n_2_2", 4)
            when length("n_2_2") = 14 and left("n_2_2", 4) = '0044' and substr("n_2_2", 5, 1) <> '0' then '+' || substr("n_2_2", 3)
            when length("n_2_2") = 15 and left("n_2_2", 5) = '00440' and substr("n_2_2", 6, 1) <> '0' then '+44' || substr("n_2_2", 6)
            end as "e_2_2",
            case
            when translate("n_2_3", '6789012345', '') <> '' then null
            when length("n_2_3") = 11 and substr("n_2_3", 1, 1) = '0' and substr("n_2_3", 2, 1) <> '0' then '+44' || substr("n_2_3", 2)
            when length("n_2_3") = 12 and left("n_2_3", 2) = '44' and substr("n_2_3", 3, 1) <> '0' then '+' || "n_2_3"
            when length("n_2_3") = 13 and left("n_2_3", 3) = '440' and substr("n_2_3", 4, 1) <> '0' then '+44' || substr("n_2_3", 4)
            when length("n_2_3") = 14 and left("n_2_3", 4) = '0044' and substr("n_2_3", 5, 1) <> '0' then '+' || substr("n_2_3", 3)
            when length("n_2_3") = 15 and left("n_2_3", 5) = '00440' and substr("n_2_3", 6, 1) <> '0' then '+44' || substr("n_2_3", 6)
            end as "e_2_3"
            from (select l.*,
              translate(rtrim(split_part("p_1_1", 'x', 1), 'e.: '), E' ()-.+\t\u00a0\u2010\u2011\u2012\u2013\u2014', '') as "n_1_1",
              translate(rtrim(split_part("p_1_2", 'x', 1), 'e.: '), E' ()-.+\t\u00a0\u2010\u2011\u2012\u2013\u2014', '') as "n_1_2",
              translate(rtrim(split_part("p_1_3", 'x', 1), 'e.: '), E' ()-.+\t\u00a0\u2010\u2011\u2012\u2013\u2014', '') as "n_1_3",
              translate(rtrim(split_part("p_2_1", 'x', 1), 'e.: '), E' ()-.+\t\u00a0\u2010\u2011\u2012\u2013\u2014', '') as "n_2_1",
              translate(rtrim(split_part("p_2_2", 'x', 1), 'e.: '), E' ()-.+\t\u00a0\u2010\u2011\u2012\u2013\u2014', '') as "n_2_2",
              translate(rtrim(split_part("p_2_3", 'x', 1), 'e.: '), E' ()-.+\t\u00a0\u2010\u2011\u2012\u2013\u2014', '') as "n_2_3",
              position('x' in "p_1_1") > 0 as "x_1_1",
              position('x' in "p_1_2") > 0 as "x_1_2",
              position('x' in "p_1_3") > 0 as "x_1_3",
              position('x' in "p_2_1") > 0 as "x_2_1",
              position('x' in "p_2_2") > 0 as "x_2_2",
              position('x' in "p_2_3") > 0 as "x_2_3"
              from (select l.*,
                translate(split_part("p_1", '/', 1), '#', 'x') as "p_1_1",
                translate(split_part("p_1", '/', 2), '#', 'x') as "p_1_2",
                translate(split_part("p_1", '/', 3), '#', 'x') as "p_1_3",
                translate(split_part("p_2", '/', 1), '#', 'x') as "p_2_1",
                translate(split_part("p_2", '/', 2), '#', 'x') as "p_2_2",
                translate(split_part("p_2", '/', 3), '#', 'x') as "p_2_3"
                from (select l.*,
                  replace(translate(lower("c_phone_mobile" collate "C"), ';,|', '///'), ' or ', '/') as "p_1",
                  replace(translate(lower("c_phone_home" collate "C"), ';,|', '///'), ' or ', '/') as "p_2"
                  from (select l.* from (select l.*,
                      case when key_missing then 'KEY_MISSING' when not "g_c_born_on" then $3::text when not "g_c_left_on" then $4::text when not "g_c_attempts" then $5::text when not "g_c_deceased" then $6::text when "v_c_left_on" < date '1900-01-01' or "v_c_left_on" >= date '2200-01-01' then $7::text  end as "code"
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
                            from arrived a offset 0) l offset 0) l offset 0) l offset 0) l where true  offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) t
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
with identifier as (select * from (select key, 'phone' as kind, unnest(phone_tokens) as token from "intake"
    union all select key, 'reference', unnest(reference_tokens) from "intake"
    union all select key, 'person', unnest(person_tokens) from "intake") i where key[1] = any ($1::text[]) and i.kind = substr(i.key[1], length('cordon canary ') + 1))
select substr(i.key[1], length('cordon canary ') + 1) as kind, (r.key is not null and s.mask & (0::bigint | '1'::bigint) <> 0) as removed
from intake i join screened s on s.key = i.key
left join (select distinct i.key from identifier i join register_entry r on r.kind = i.kind and r.token = i.token
  where r.register = $2::text and r.withdrawn_at is null) r on r.key = i.key
where i.key[1] = any ($3::text[]) order by 1
--   $1 = ["cordon canary phone","cordon canary reference","cordon canary person"]
--   $2 = "opt-outs"
--   $3 = ["cordon canary phone","cordon canary reference","cordon canary person"]

-- screen: canaries, remove 1 of 3
delete from screened where key[1] = any ($1::text[])
--   $1 = ["cordon canary phone","cordon canary reference","cordon canary person"]

-- screen: canaries, remove 2 of 3
delete from intake where key[1] = any ($1::text[])
--   $1 = ["cordon canary phone","cordon canary reference","cordon canary person"]

-- screen: canaries, remove 3 of 3
drop table pg_temp.arrived

-- sample: reset
truncate sampled

-- sample: strata
select stratum, count(*)::integer as frame from frame_key group by stratum order by stratum collate "C"

-- sample: draw
insert into sampled
(frame_id, stratum, key, part, rank, state, phone_tokens, reference_tokens, person_tokens)
select r.frame_id, r.stratum, r.key,
case when r.rank <= z.quota then 'sample' else 'reserve' end, r.rank,
case when r.rank <= z.quota then 'in' else 'idle' end,
r.phone_tokens, r.reference_tokens, r.person_tokens
from (select t.*, (row_number() over (
      partition by t.stratum order by t.ticket collate "C", t.frame_id collate "C"))::integer as rank
  from (select l.*,
    '0.' || reverse(lpad(decimal, greatest(64, length(decimal)), '0')) as "ticket"
    from (select l.*,
      (('x' || substr(hash, 1, 4))::bit(16)::integer * 1766847064778384329583297500742918515827483896875618958121606201292619776::numeric
        + ('x' || substr(hash, 5, 15))::bit(60)::bigint * 1532495540865888858358347027150309183618739122183602176::numeric + ('x' || substr(hash, 20, 15))::bit(60)::bigint * 1329227995784915872903807060280344576::numeric + ('x' || substr(hash, 35, 15))::bit(60)::bigint * 1152921504606846976::numeric + ('x' || substr(hash, 50, 15))::bit(60)::bigint)::text as "decimal"
      from (select l.*,
        encode(sha256(convert_to($1::text || frame_id, 'UTF8')), 'hex') as "hash"
        from frame_key l offset 0) l offset 0) l offset 0) t) r
join unnest($2::text[], $3::integer[], $4::integer[])
as z(stratum, quota, reserve) on z.stratum = r.stratum
where r.rank <= z.quota + z.reserve
--   $1 = <seedHash>
--   $2 = <strata>
--   $3 = <quotas>
--   $4 = <reserves>

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
select t."key", t."v_c_born_on", t."v_c_district", t."v_c_left_on", t."v_c_attempts", t."v_c_deceased", t."check_0", t."check_1", t."phone_kinds", t."phone_tokens", t."reference_tokens", t."person_tokens"
from (select l.*,
  case when regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g') ~ '^[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}$'
  then not (array[substring(left(regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g'), -3) from '^[A-Z]+'), left(regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g'), -3), left(regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g'), -3) || ' ' || substr(regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g'), length(regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g')) - 2, 1)] && $1::text[]) end as "check_0",
  ((' ' || btrim(regexp_replace(lower(translate(replace("c_surname", '&', ' and '), '.''’`', '') collate "C"), '[^a-z0-9]+', ' ', 'g')) || ' ') like any ($2::text[])) as "check_1",
  array_remove(array["k_1_1", "k_1_2", "k_1_3", "k_2_1", "k_2_2", "k_2_3"]::text[], null) as "phone_kinds",
  array_remove(array[sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_1_1", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_1_2", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_1_3", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_2_1", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_2_2", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_2_3", 'UTF8')))]::bytea[], null) as "phone_tokens",
  array_remove(array[sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('reference:' || nullif(regexp_replace(upper("c_resident_ref" collate "C"), '[^A-Z0-9]', '', 'g'), ''), 'UTF8')))]::bytea[], null) as "reference_tokens",
  case when "person_full" is null then '{}'::bytea[] else array_remove(array[sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || "person_full", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || "person_initial", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || "person_swapped", 'UTF8')))]::bytea[], null) end as "person_tokens"
  from (select l.*,
    person_first || '|' || person_last || '|' || person_place as "person_full",
    left(person_first, 1) || '|' || person_last || '|' || person_place as "person_initial",
    person_last_first || '|' || replace(forename_words, ' ', '') || '|' || person_place as "person_swapped"
    from (select l.*,
      nullif(split_part(forename_words, ' ', 1), '') as "person_first",
      nullif(replace(surname_words, ' ', ''), '') as "person_last",
      nullif(split_part(surname_words, ' ', 1), '') as "person_last_first"
      from (select l.*,
        regexp_replace(btrim(lower(replace(replace(replace(replace(translate(
                        regexp_replace(normalize(translate(translate("c_forename", E'''`.,_()"\u00b4\u2018\u2019\u02bc', ''), E'-\u2010\u2011\u2012\u2013\u2014\t\r\n', '         '), NFKD), '[\u0300-\u036f]', '', 'g'),
                        'ŁłØøÐðĐđĦħıÆŒÞẞ', 'LlOoDdDdHhiæœþß'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th') collate "C")), '^((mr|mrs|ms|miss|mx|master|dr|prof|professor|rev|revd|reverend|sir|dame|lady|lord)( |$))+', '') as "forename_words",
        btrim(lower(replace(replace(replace(replace(translate(
                      regexp_replace(normalize(translate(translate("c_surname", E'''`.,_()"\u00b4\u2018\u2019\u02bc', ''), E'-\u2010\u2011\u2012\u2013\u2014\t\r\n', '         '), NFKD), '[\u0300-\u036f]', '', 'g'),
                      'ŁłØøÐðĐđĦħıÆŒÞẞ', 'LlOoDdDdHhiæœþß'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th') collate "C")) as "surname_words",
        nullif(regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g'), '') as "person_place"
        from (select l.*,
          case
          when "e_1_1" is null then null
          when "x_1_1" then 'other'
          when substr("e_1_1", 4, 1) = '7' and substr("e_1_1", 5, 1) not in ('0', '6') then 'mobile'
          when substr("e_1_1", 4, 1) in ('1', '2') then 'landline'
          else 'other'
          end as "k_1_1",
          case
          when "e_1_2" is null then null
          when "x_1_2" then 'other'
          when substr("e_1_2", 4, 1) = '7' and substr("e_1_2", 5, 1) not in ('0', '6') then 'mobile'
          when substr("e_1_2", 4, 1) in ('1', '2') then 'landline'
          else 'other'
          end as "k_1_2",
          case
          when "e_1_3" is null then null
          when "x_1_3" then 'other'
          when substr("e_1_3", 4, 1) = '7' and substr("e_1_3", 5, 1) not in ('0', '6') then 'mobile'
          when substr("e_1_3", 4, 1) in ('1', '2') then 'landline'
          else 'other'
          end as "k_1_3",
          case
          when "e_2_1" is null then null
          when "x_2_1" then 'other'
          when substr("e_2_1", 4, 1) = '7' and substr("e_2_1", 5, 1) not in ('0', '6') then 'mobile'
          when substr("e_2_1", 4, 1) in ('1', '2') then 'landline'
          else 'other'
          end as "k_2_1",
          case
          when "e_2_2" is null then null
          when "x_2_2" then 'other'
          when substr("e_2_2", 4, 1) = '7' and substr("e_2_2", 5, 1) not in ('0', '6') then 'mobile'
          when substr("e_2_2", 4, 1) in ('1', '2') then 'landline'
          else 'other'
          end as "k_2_2",
          case
          when "e_2_3" is null then null
          when "x_2_3" then 'other'
          when substr("e_2_3", 4, 1) = '7' and substr("e_2_3", 5, 1) not in ('0', '6') then 'mobile'
          when substr("e_2_3", 4, 1) in ('1', '2') then 'landline'
          else 'other'
          end as "k_2_3"
          from (select l.*,
            case
            when translate("n_1_1", '6789012345', '') <> '' then null
            when length("n_1_1") = 11 and substr("n_1_1", 1, 1) = '0' and substr("n_1_1", 2, 1) <> '0' then '+44' || substr("n_1_1", 2)
            when length("n_1_1") = 12 and left("n_1_1", 2) = '44' and substr("n_1_1", 3, 1) <> '0' then '+' || "n_1_1"
            when length("n_1_1") = 13 and left("n_1_1", 3) = '440' and substr("n_1_1", 4, 1) <> '0' then '+44' || substr("n_1_1", 4)
            when length("n_1_1") = 14 and left("n_1_1", 4) = '0044' and substr("n_1_1", 5, 1) <> '0' then '+' || substr("n_1_1", 3)
            when length("n_1_1") = 15 and left("n_1_1", 5) = '00440' and substr("n_1_1", 6, 1) <> '0' then '+44' || substr("n_1_1", 6)
            end as "e_1_1",
            case
            when translate("n_1_2", '6789012345', '') <> '' then null
            when length("n_1_2") = 11 and substr("n_1_2", 1, 1) = '0' and substr("n_1_2", 2, 1) <> '0' then '+44' || substr("n_1_2", 2)
            when length("n_1_2") = 12 and left("n_1_2", 2) = '44' and substr("n_1_2", 3, 1) <> '0' then '+' || "n_1_2"
            when length("n_1_2") = 13 and left("n_1_2", 3) = '440' and substr("n_1_2", 4, 1) <> '0' then '+44' || substr("n_1_2", 4)
            when length("n_1_2") = 14 and left("n_1_2", 4) = '0044' and substr("n_1_2", 5, 1) <> '0' then '+' || substr("n_1_2", 3)
            when length("n_1_2") = 15 and left("n_1_2", 5) = '00440' and substr("n_1_2", 6, 1) <> '0' then '+44' || substr("n_1_2", 6)
            end as "e_1_2",
            case
            when translate("n_1_3", '6789012345', '') <> '' then null
            when length("n_1_3") = 11 and substr("n_1_3", 1, 1) = '0' and substr("n_1_3", 2, 1) <> '0' then '+44' || substr("n_1_3", 2)
            when length("n_1_3") = 12 and left("n_1_3", 2) = '44' and substr("n_1_3", 3, 1) <> '0' then '+' || "n_1_3"
            when length("n_1_3") = 13 and left("n_1_3", 3) = '440' and substr("n_1_3", 4, 1) <> '0' then '+44' || substr("n_1_3", 4)
            when length("n_1_3") = 14 and left("n_1_3", 4) = '0044' and substr("n_1_3", 5, 1) <> '0' then '+' || substr("n_1_3", 3)
            when length("n_1_3") = 15 and left("n_1_3", 5) = '00440' and substr("n_1_3", 6, 1) <> '0' then '+44' || substr("n_1_3", 6)
            end as "e_1_3",
            case
            when translate("n_2_1", '6789012345', '') <> '' then null
            when length("n_2_1") = 11 and substr("n_2_1", 1, 1) = '0' and substr("n_2_1", 2, 1) <> '0' then '+44' || substr("n_2_1", 2)
            when length("n_2_1") = 12 and left("n_2_1", 2) = '44' and substr("n_2_1", 3, 1) <> '0' then '+' || "n_2_1"
            when length("n_2_1") = 13 and left("n_2_1", 3) = '440' and substr("n_2_1", 4, 1) <> '0' then '+44' || substr("n_2_1", 4)
            when length("n_2_1") = 14 and left("n_2_1", 4) = '0044' and substr("n_2_1", 5, 1) <> '0' then '+' || substr("n_2_1", 3)
            when length("n_2_1") = 15 and left("n_2_1", 5) = '00440' and substr("n_2_1", 6, 1) <> '0' then '+44' || substr("n_2_1", 6)
            end as "e_2_1",
            case
            when translate("n_2_2", '6789012345', '') <> '' then null
            when length("n_2_2") = 11 and substr("n_2_2", 1, 1) = '0' and substr("n_2_2", 2, 1) <> '0' then '+44' || substr("n_2_2", 2)
            when length("n_2_2") = 12 and left("n_2_2", 2) = '44' and substr("n_2_2", 3, 1) <> '0' then '+' || "n_2_2"
            when length("n_2_2") = 13 and left("n_2_2", 3) = '440' and substr("n_2_2", 4, 1) <> '0' then '+44' || substr("n_2_2", 4)
            when length("n_2_2") = 14 and left("n_2_2", 4) = '0044' and substr("n_2_2", 5, 1) <> '0' then '+' || substr("n_2_2", 3)
            when length("n_2_2") = 15 and left("n_2_2", 5) = '00440' and substr("n_2_2", 6, 1) <> '0' then '+44' || substr("n_2_2", 6)
            end as "e_2_2",
            case
            when translate("n_2_3", '6789012345', '') <> '' then null
            when length("n_2_3") = 11 and substr("n_2_3", 1, 1) = '0' and substr("n_2_3", 2, 1) <> '0' then '+44' || substr("n_2_3", 2)
            when length("n_2_3") = 12 and left("n_2_3", 2) = '44' and substr("n_2_3", 3, 1) <> '0' then '+' || "n_2_3"
            when length("n_2_3") = 13 and left("n_2_3", 3) = '440' and substr("n_2_3", 4, 1) <> '0' then '+44' || substr("n_2_3", 4)
            when length("n_2_3") = 14 and left("n_2_3", 4) = '0044' and substr("n_2_3", 5, 1) <> '0' then '+' || substr("n_2_3", 3)
            when length("n_2_3") = 15 and left("n_2_3", 5) = '00440' and substr("n_2_3", 6, 1) <> '0' then '+44' || substr("n_2_3", 6)
            end as "e_2_3"
            from (select l.*,
              translate(rtrim(split_part("p_1_1", 'x', 1), 'e.: '), E' ()-.+\t\u00a0\u2010\u2011\u2012\u2013\u2014', '') as "n_1_1",
              translate(rtrim(split_part("p_1_2", 'x', 1), 'e.: '), E' ()-.+\t\u00a0\u2010\u2011\u2012\u2013\u2014', '') as "n_1_2",
              translate(rtrim(split_part("p_1_3", 'x', 1), 'e.: '), E' ()-.+\t\u00a0\u2010\u2011\u2012\u2013\u2014', '') as "n_1_3",
              translate(rtrim(split_part("p_2_1", 'x', 1), 'e.: '), E' ()-.+\t\u00a0\u2010\u2011\u2012\u2013\u2014', '') as "n_2_1",
              translate(rtrim(split_part("p_2_2", 'x', 1), 'e.: '), E' ()-.+\t\u00a0\u2010\u2011\u2012\u2013\u2014', '') as "n_2_2",
              translate(rtrim(split_part("p_2_3", 'x', 1), 'e.: '), E' ()-.+\t\u00a0\u2010\u2011\u2012\u2013\u2014', '') as "n_2_3",
              position('x' in "p_1_1") > 0 as "x_1_1",
              position('x' in "p_1_2") > 0 as "x_1_2",
              position('x' in "p_1_3") > 0 as "x_1_3",
              position('x' in "p_2_1") > 0 as "x_2_1",
              position('x' in "p_2_2") > 0 as "x_2_2",
              position('x' in "p_2_3") > 0 as "x_2_3"
              from (select l.*,
                translate(split_part("p_1", '/', 1), '#', 'x') as "p_1_1",
                translate(split_part("p_1", '/', 2), '#', 'x') as "p_1_2",
                translate(split_part("p_1", '/', 3), '#', 'x') as "p_1_3",
                translate(split_part("p_2", '/', 1), '#', 'x') as "p_2_1",
                translate(split_part("p_2", '/', 2), '#', 'x') as "p_2_2",
                translate(split_part("p_2", '/', 3), '#', 'x') as "p_2_3"
                from (select l.*,
                  replace(translate(lower("c_phone_mobile" collate "C"), ';,|', '///'), ' or ', '/') as "p_1",
                  replace(translate(lower("c_phone_home" collate "C"), ';,|', '///'), ' or ', '/') as "p_2"
                  from (select l.* from (select l.*,
                      case when key_missing then 'KEY_MISSING' when not "g_c_born_on" then $3::text when not "g_c_left_on" then $4::text when not "g_c_attempts" then $5::text when not "g_c_deceased" then $6::text when "v_c_left_on" < date '1900-01-01' or "v_c_left_on" >= date '2200-01-01' then $7::text  end as "code"
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
                            from arrived a offset 0) l offset 0) l offset 0) l offset 0) l where l.code is null and (l.key in (select d.key from (select e.k ->> 0 as "k1", array[e.k ->> 0] as key
                          from json_array_elements($9::json) e(k)) d)) is true
                    and (l.key in (select array[a."c_resident_ref"]::text[] from arrived a group by 1 having count(*) = 1)) is true offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) t
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
with identifier as materialized (select key, 'phone' as kind, unnest(phone_tokens) as token from "recheck"
  union all select key, 'reference', unnest(reference_tokens) from "recheck"
  union all select key, 'person', unnest(person_tokens) from "recheck"
  union all select key, 'phone' as kind, unnest(phone_tokens) as token from "sampled"
  union all select key, 'reference', unnest(reference_tokens) from "sampled"
  union all select key, 'person', unnest(person_tokens) from "sampled")
select r.key, r.mask::text as mask,
(r.person_tokens[1] is distinct from s.person_tokens[1]
  or not r.phone_tokens <@ s.phone_tokens
  or (true) is not true) as changed
from (select h.*, (case when ("hit_0") is false then 0 else '1'::bigint end
    | case when ("c_deceased") is false then 0 else '2'::bigint end
    | case when ((case when "c_born_on" <= (select ($1::timestamptz at time zone $2::text)::date) and "c_born_on" > (select ($3::timestamptz at time zone $4::text)::date) - 44925 then not ((select ((select ($5::timestamptz at time zone $6::text)::date) - make_interval(years => 18))::date) >= "c_born_on") end)) is false then 0 else '4'::bigint end
    | case when ((not ("c_left_on" is null))) is false then 0 else '8'::bigint end
    | case when (("check_0" or (not ("c_district" = any ($7::text[]))))) is false then 0 else '16'::bigint end
    | case when ("check_1") is false then 0 else '32'::bigint end
    | case when (("c_attempts" >= $8::bigint)) is false then 0 else '64'::bigint end
    | case when ("hit_1") is false then 0 else '128'::bigint end
    | case when ((not (phone_kinds && $9::text[]))) is false then 0 else '256'::bigint end
    | case when ("hit_2") is false then 0 else '512'::bigint end)::bigint as mask
  from (select i.* , case when "hit_0".key is not null then true
    when cardinality(i.phone_tokens) + cardinality(i.reference_tokens) + cardinality(i.person_tokens) > 0 then false end as "hit_0" , case when "hit_1".key is not null then true
    when cardinality(i.phone_tokens) + cardinality(i.reference_tokens) + cardinality(i.person_tokens) > 0 then false end as "hit_1" , case when "hit_2".key is not null then true
    when cardinality(i.phone_tokens) + cardinality(i.reference_tokens) + cardinality(i.person_tokens) > 0 then false end as "hit_2"
    from "recheck" i
    left join (select distinct i.key from identifier i join register_entry r on r.kind = i.kind and r.token = i.token
      where r.register = $10::text and r.withdrawn_at is null) "hit_0" on "hit_0".key = i.key
    left join (select distinct i.key from identifier i join register_entry r on r.kind = i.kind and r.token = i.token
      where r.register = $11::text and r.withdrawn_at is null) "hit_1" on "hit_1".key = i.key
    left join (select distinct i.key from identifier i join contact_history c on c.kind = i.kind and c.token = i.token
      where (c.survey, c.period) is distinct from ($12::text, $13::text) and c.contacted_on >= (select (($14::timestamptz at time zone $15::text) - $16::interval)::date)) "hit_2" on "hit_2".key = i.key offset 0) h offset 0) r join sampled s on s.key = r.key
--   $1 = <drawnAt>
--   $2 = "Europe/London"
--   $3 = <drawnAt>
--   $4 = "Europe/London"
--   $5 = <drawnAt>
--   $6 = "Europe/London"
--   $7 = ["North Warwickshire","Nuneaton and Bedworth","Rugby","Stratford-on-Avon","Warwick"]
--   $8 = 3
--   $9 = ["mobile","landline"]
--   $10 = "opt-outs"
--   $11 = "safety-markers"
--   $12 = "warwickshire-perception"
--   $13 = <period>
--   $14 = <drawnAt>
--   $15 = "Europe/London"
--   $16 = "P12M"

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
insert into contact (survey_ref, key, frame_id, "f_title", "f_surname", "f_phone", "f_language")
select left(encode(sha256((select current_setting('cordon.ref_outer')::bytea) || sha256((select current_setting('cordon.ref_inner')::bytea) || convert_to($1::text || array_to_json(s.key)::text, 'UTF8'))), 'hex'), 20), s.key, s.frame_id, c."f_title", c."f_surname", c."f_phone", c."f_language"
from (select l.*,
  coalesce("c_title") as "f_title",
  coalesce("c_surname") as "f_surname",
  coalesce(case when "k_1_1" = any ($2::text[]) then "e_1_1" end, case when "k_1_2" = any ($3::text[]) then "e_1_2" end, case when "k_1_3" = any ($4::text[]) then "e_1_3" end, case when "k_2_1" = any ($5::text[]) then "e_2_1" end, case when "k_2_2" = any ($6::text[]) then "e_2_2" end, case when "k_2_3" = any ($7::text[]) then "e_2_3" end) as "f_phone",
  coalesce("c_language", $8::text) as "f_language"
  from (select l.*,
    case
    when "e_1_1" is null then null
    when "x_1_1" then 'other'
    when substr("e_1_1", 4, 1) = '7' and substr("e_1_1", 5, 1) not in ('0', '6') then 'mobile'
    when substr("e_1_1", 4, 1) in ('1', '2') then 'landline'
    else 'other'
    end as "k_1_1",
    case
    when "e_1_2" is null then null
    when "x_1_2" then 'other'
    when substr("e_1_2", 4, 1) = '7' and substr("e_1_2", 5, 1) not in ('0', '6') then 'mobile'
    when substr("e_1_2", 4, 1) in ('1', '2') then 'landline'
    else 'other'
    end as "k_1_2",
    case
    when "e_1_3" is null then null
    when "x_1_3" then 'other'
    when substr("e_1_3", 4, 1) = '7' and substr("e_1_3", 5, 1) not in ('0', '6') then 'mobile'
    when substr("e_1_3", 4, 1) in ('1', '2') then 'landline'
    else 'other'
    end as "k_1_3",
    case
    when "e_2_1" is null then null
    when "x_2_1" then 'other'
    when substr("e_2_1", 4, 1) = '7' and substr("e_2_1", 5, 1) not in ('0', '6') then 'mobile'
    when substr("e_2_1", 4, 1) in ('1', '2') then 'landline'
    else 'other'
    end as "k_2_1",
    case
    when "e_2_2" is null then null
    when "x_2_2" then 'other'
    when substr("e_2_2", 4, 1) = '7' and substr("e_2_2", 5, 1) not in ('0', '6') then 'mobile'
    when substr("e_2_2", 4, 1) in ('1', '2') then 'landline'
    else 'other'
    end as "k_2_2",
    case
    when "e_2_3" is null then null
    when "x_2_3" then 'other'
    when substr("e_2_3", 4, 1) = '7' and substr("e_2_3", 5, 1) not in ('0', '6') then 'mobile'
    when substr("e_2_3", 4, 1) in ('1', '2') then 'landline'
    else 'other'
    end as "k_2_3"
    from (select l.*,
      case
      when translate("n_1_1", '6789012345', '') <> '' then null
      when length("n_1_1") = 11 and substr("n_1_1", 1, 1) = '0' and substr("n_1_1", 2, 1) <> '0' then '+44' || substr("n_1_1", 2)
      when length("n_1_1") = 12 and left("n_1_1", 2) = '44' and substr("n_1_1", 3, 1) <> '0' then '+' || "n_1_1"
      when length("n_1_1") = 13 and left("n_1_1", 3) = '440' and substr("n_1_1", 4, 1) <> '0' then '+44' || substr("n_1_1", 4)
      when length("n_1_1") = 14 and left("n_1_1", 4) = '0044' and substr("n_1_1", 5, 1) <> '0' then '+' || substr("n_1_1", 3)
      when length("n_1_1") = 15 and left("n_1_1", 5) = '00440' and substr("n_1_1", 6, 1) <> '0' then '+44' || substr("n_1_1", 6)
      end as "e_1_1",
      case
      when translate("n_1_2", '6789012345', '') <> '' then null
      when length("n_1_2") = 11 and substr("n_1_2", 1, 1) = '0' and substr("n_1_2", 2, 1) <> '0' then '+44' || substr("n_1_2", 2)
      when length("n_1_2") = 12 and left("n_1_2", 2) = '44' and substr("n_1_2", 3, 1) <> '0' then '+' || "n_1_2"
      when length("n_1_2") = 13 and left("n_1_2", 3) = '440' and substr("n_1_2", 4, 1) <> '0' then '+44' || substr("n_1_2", 4)
      when length("n_1_2") = 14 and left("n_1_2", 4) = '0044' and substr("n_1_2", 5, 1) <> '0' then '+' || substr("n_1_2", 3)
      when length("n_1_2") = 15 and left("n_1_2", 5) = '00440' and substr("n_1_2", 6, 1) <> '0' then '+44' || substr("n_1_2", 6)
      end as "e_1_2",
      case
      when translate("n_1_3", '6789012345', '') <> '' then null
      when length("n_1_3") = 11 and substr("n_1_3", 1, 1) = '0' and substr("n_1_3", 2, 1) <> '0' then '+44' || substr("n_1_3", 2)
      when length("n_1_3") = 12 and left("n_1_3", 2) = '44' and substr("n_1_3", 3, 1) <> '0' then '+' || "n_1_3"
      when length("n_1_3") = 13 and left("n_1_3", 3) = '440' and substr("n_1_3", 4, 1) <> '0' then '+44' || substr("n_1_3", 4)
      when length("n_1_3") = 14 and left("n_1_3", 4) = '0044' and substr("n_1_3", 5, 1) <> '0' then '+' || substr("n_1_3", 3)
      when length("n_1_3") = 15 and left("n_1_3", 5) = '00440' and substr("n_1_3", 6, 1) <> '0' then '+44' || substr("n_1_3", 6)
      end as "e_1_3",
      case
      when translate("n_2_1", '6789012345', '') <> '' then null
      when length("n_2_1") = 11 and substr("n_2_1", 1, 1) = '0' and substr("n_2_1", 2, 1) <> '0' then '+44' || substr("n_2_1", 2)
      when length("n_2_1") = 12 and left("n_2_1", 2) = '44' and substr("n_2_1", 3, 1) <> '0' then '+' || "n_2_1"
      when length("n_2_1") = 13 and left("n_2_1", 3) = '440' and substr("n_2_1", 4, 1) <> '0' then '+44' || substr("n_2_1", 4)
      when length("n_2_1") = 14 and left("n_2_1", 4) = '0044' and substr("n_2_1", 5, 1) <> '0' then '+' || substr("n_2_1", 3)
      when length("n_2_1") = 15 and left("n_2_1", 5) = '00440' and substr("n_2_1", 6, 1) <> '0' then '+44' || substr("n_2_1", 6)
      end as "e_2_1",
      case
      when translate("n_2_2", '6789012345', '') <> '' then null
      when length("n_2_2") = 11 and substr("n_2_2", 1, 1) = '0' and substr("n_2_2", 2, 1) <> '0' then '+44' || substr("n_2_2", 2)
      when length("n_2_2") = 12 and left("n_2_2", 2) = '44' and substr("n_2_2", 3, 1) <> '0' then '+' || "n_2_2"
      when length("n_2_2") = 13 and left("n_2_2", 3) = '440' and substr("n_2_2", 4, 1) <> '0' then '+44' || substr("n_2_2", 4)
      when length("n_2_2") = 14 and left("n_2_2", 4) = '0044' and substr("n_2_2", 5, 1) <> '0' then '+' || substr("n_2_2", 3)
      when length("n_2_2") = 15 and left("n_2_2", 5) = '00440' and substr("n_2_2", 6, 1) <> '0' then '+44' || substr("n_2_2", 6)
      end as "e_2_2",
      case
      when translate("n_2_3", '6789012345', '') <> '' then null
      when length("n_2_3") = 11 and substr("n_2_3", 1, 1) = '0' and substr("n_2_3", 2, 1) <> '0' then '+44' || substr("n_2_3", 2)
      when length("n_2_3") = 12 and left("n_2_3", 2) = '44' and substr("n_2_3", 3, 1) <> '0' then '+' || "n_2_3"
      when length("n_2_3") = 13 and left("n_2_3", 3) = '440' and substr("n_2_3", 4, 1) <> '0' then '+44' || substr("n_2_3", 4)
      when length("n_2_3") = 14 and left("n_2_3", 4) = '0044' and substr("n_2_3", 5, 1) <> '0' then '+' || substr("n_2_3", 3)
      when length("n_2_3") = 15 and left("n_2_3", 5) = '00440' and substr("n_2_3", 6, 1) <> '0' then '+44' || substr("n_2_3", 6)
      end as "e_2_3"
      from (select l.*,
        translate(rtrim(split_part("p_1_1", 'x', 1), 'e.: '), E' ()-.+\t\u00a0\u2010\u2011\u2012\u2013\u2014', '') as "n_1_1",
        translate(rtrim(split_part("p_1_2", 'x', 1), 'e.: '), E' ()-.+\t\u00a0\u2010\u2011\u2012\u2013\u2014', '') as "n_1_2",
        translate(rtrim(split_part("p_1_3", 'x', 1), 'e.: '), E' ()-.+\t\u00a0\u2010\u2011\u2012\u2013\u2014', '') as "n_1_3",
        translate(rtrim(split_part("p_2_1", 'x', 1), 'e.: '), E' ()-.+\t\u00a0\u2010\u2011\u2012\u2013\u2014', '') as "n_2_1",
        translate(rtrim(split_part("p_2_2", 'x', 1), 'e.: '), E' ()-.+\t\u00a0\u2010\u2011\u2012\u2013\u2014', '') as "n_2_2",
        translate(rtrim(split_part("p_2_3", 'x', 1), 'e.: '), E' ()-.+\t\u00a0\u2010\u2011\u2012\u2013\u2014', '') as "n_2_3",
        position('x' in "p_1_1") > 0 as "x_1_1",
        position('x' in "p_1_2") > 0 as "x_1_2",
        position('x' in "p_1_3") > 0 as "x_1_3",
        position('x' in "p_2_1") > 0 as "x_2_1",
        position('x' in "p_2_2") > 0 as "x_2_2",
        position('x' in "p_2_3") > 0 as "x_2_3"
        from (select l.*,
          translate(split_part("p_1", '/', 1), '#', 'x') as "p_1_1",
          translate(split_part("p_1", '/', 2), '#', 'x') as "p_1_2",
          translate(split_part("p_1", '/', 3), '#', 'x') as "p_1_3",
          translate(split_part("p_2", '/', 1), '#', 'x') as "p_2_1",
          translate(split_part("p_2", '/', 2), '#', 'x') as "p_2_2",
          translate(split_part("p_2", '/', 3), '#', 'x') as "p_2_3"
          from (select l.*,
            replace(translate(lower("c_phone_mobile" collate "C"), ';,|', '///'), ' or ', '/') as "p_1",
            replace(translate(lower("c_phone_home" collate "C"), ';,|', '///'), ' or ', '/') as "p_2"
            from (select array[a."c_resident_ref"]::text[] as key,
              (nullif(btrim(a."c_resident_ref", E' \t\r\n\u00a0'), '') is null) as key_missing,
              nullif(btrim(a."c_resident_ref", E' \t\r\n\u00a0'), '') as "c_resident_ref",
              nullif(btrim(a."c_title", E' \t\r\n\u00a0'), '') as "c_title",
              nullif(btrim(a."c_surname", E' \t\r\n\u00a0'), '') as "c_surname",
              nullif(btrim(a."c_phone_mobile", E' \t\r\n\u00a0'), '') as "c_phone_mobile",
              nullif(btrim(a."c_phone_home", E' \t\r\n\u00a0'), '') as "c_phone_home",
              nullif(btrim(a."c_language", E' \t\r\n\u00a0'), '') as "c_language"
              from arrived a offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) c
join sampled s on s.key = c.key and s.state = 'in'
join recheck r on r.key = c.key
where (c.key in (select d.key from (select e.k ->> 0 as "k1", array[e.k ->> 0] as key
      from json_array_elements($9::json) e(k)) d)) is true
and (c.key in (select array[a."c_resident_ref"]::text[] from arrived a group by 1 having count(*) = 1)) is true
--   $1 = "survey_ref:warwickshire-perception:"
--   $2 = ["mobile","landline"]
--   $3 = ["mobile","landline"]
--   $4 = ["mobile","landline"]
--   $5 = ["mobile","landline"]
--   $6 = ["mobile","landline"]
--   $7 = ["mobile","landline"]
--   $8 = "en"
--   $9 = <drawn>

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

-- minimise: dropped
select c.key from contact c
join sampled s on s.key = c.key and s.state = 'in'
join recheck r on r.key = c.key
where (sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || c."f_phone", 'UTF8'))) = any (r.phone_tokens)) is not true

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
and (nullif(regexp_replace(upper(s."resident_ref"::text collate "C"), '[^A-Z0-9]', '', 'g'), '') = (select nullif(regexp_replace(upper(current_setting('cordon.reference') collate "C"), '[^A-Z0-9]', '', 'g'), '')))

-- explain: arrived
create temp table arrived ("c_resident_ref" text, "c_born_on" text, "c_district" text, "c_left_on" text, "c_attempts" text, "c_deceased" text, "c_phone_mobile" text, "c_phone_home" text, "c_forename" text, "c_surname" text, "c_postcode" text) on commit drop

-- explain: load 1 of 1
insert into "recheck" ("key", "c_born_on", "c_district", "c_left_on", "c_attempts", "c_deceased", "check_0", "check_1", "phone_kinds", "phone_tokens", "reference_tokens", "person_tokens")
select t."key", t."v_c_born_on", t."v_c_district", t."v_c_left_on", t."v_c_attempts", t."v_c_deceased", t."check_0", t."check_1", t."phone_kinds", t."phone_tokens", t."reference_tokens", t."person_tokens"
from (select l.*,
  case when regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g') ~ '^[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}$'
  then not (array[substring(left(regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g'), -3) from '^[A-Z]+'), left(regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g'), -3), left(regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g'), -3) || ' ' || substr(regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g'), length(regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g')) - 2, 1)] && $1::text[]) end as "check_0",
  ((' ' || btrim(regexp_replace(lower(translate(replace("c_surname", '&', ' and '), '.''’`', '') collate "C"), '[^a-z0-9]+', ' ', 'g')) || ' ') like any ($2::text[])) as "check_1",
  array_remove(array["k_1_1", "k_1_2", "k_1_3", "k_2_1", "k_2_2", "k_2_3"]::text[], null) as "phone_kinds",
  array_remove(array[sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_1_1", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_1_2", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_1_3", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_2_1", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_2_2", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_2_3", 'UTF8')))]::bytea[], null) as "phone_tokens",
  array_remove(array[sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('reference:' || nullif(regexp_replace(upper("c_resident_ref" collate "C"), '[^A-Z0-9]', '', 'g'), ''), 'UTF8')))]::bytea[], null) as "reference_tokens",
  case when "person_full" is null then '{}'::bytea[] else array_remove(array[sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || "person_full", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || "person_initial", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('person:' || "person_swapped", 'UTF8')))]::bytea[], null) end as "person_tokens"
  from (select l.*,
    person_first || '|' || person_last || '|' || person_place as "person_full",
    left(person_first, 1) || '|' || person_last || '|' || person_place as "person_initial",
    person_last_first || '|' || replace(forename_words, ' ', '') || '|' || person_place as "person_swapped"
    from (select l.*,
      nullif(split_part(forename_words, ' ', 1), '') as "person_first",
      nullif(replace(surname_words, ' ', ''), '') as "person_last",
      nullif(split_part(surname_words, ' ', 1), '') as "person_last_first"
      from (select l.*,
        regexp_replace(btrim(lower(replace(replace(replace(replace(translate(
                        regexp_replace(normalize(translate(translate("c_forename", E'''`.,_()"\u00b4\u2018\u2019\u02bc', ''), E'-\u2010\u2011\u2012\u2013\u2014\t\r\n', '         '), NFKD), '[\u0300-\u036f]', '', 'g'),
                        'ŁłØøÐðĐđĦħıÆŒÞẞ', 'LlOoDdDdHhiæœþß'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th') collate "C")), '^((mr|mrs|ms|miss|mx|master|dr|prof|professor|rev|revd|reverend|sir|dame|lady|lord)( |$))+', '') as "forename_words",
        btrim(lower(replace(replace(replace(replace(translate(
                      regexp_replace(normalize(translate(translate("c_surname", E'''`.,_()"\u00b4\u2018\u2019\u02bc', ''), E'-\u2010\u2011\u2012\u2013\u2014\t\r\n', '         '), NFKD), '[\u0300-\u036f]', '', 'g'),
                      'ŁłØøÐðĐđĦħıÆŒÞẞ', 'LlOoDdDdHhiæœþß'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th') collate "C")) as "surname_words",
        nullif(regexp_replace(upper("c_postcode" collate "C"), '[^A-Z0-9]', '', 'g'), '') as "person_place"
        from (select l.*,
          case
          when "e_1_1" is null then null
          when "x_1_1" then 'other'
          when substr("e_1_1", 4, 1) = '7' and substr("e_1_1", 5, 1) not in ('0', '6') then 'mobile'
          when substr("e_1_1", 4, 1) in ('1', '2') then 'landline'
          else 'other'
          end as "k_1_1",
          case
          when "e_1_2" is null then null
          when "x_1_2" then 'other'
          when substr("e_1_2", 4, 1) = '7' and substr("e_1_2", 5, 1) not in ('0', '6') then 'mobile'
          when substr("e_1_2", 4, 1) in ('1', '2') then 'landline'
          else 'other'
          end as "k_1_2",
          case
          when "e_1_3" is null then null
          when "x_1_3" then 'other'
          when substr("e_1_3", 4, 1) = '7' and substr("e_1_3", 5, 1) not in ('0', '6') then 'mobile'
          when substr("e_1_3", 4, 1) in ('1', '2') then 'landline'
          else 'other'
          end as "k_1_3",
          case
          when "e_2_1" is null then null
          when "x_2_1" then 'other'
          when substr("e_2_1", 4, 1) = '7' and substr("e_2_1", 5, 1) not in ('0', '6') then 'mobile'
          when substr("e_2_1", 4, 1) in ('1', '2') then 'landline'
          else 'other'
          end as "k_2_1",
          case
          when "e_2_2" is null then null
          when "x_2_2" then 'other'
          when substr("e_2_2", 4, 1) = '7' and substr("e_2_2", 5, 1) not in ('0', '6') then 'mobile'
          when substr("e_2_2", 4, 1) in ('1', '2') then 'landline'
          else 'other'
          end as "k_2_2",
          case
          when "e_2_3" is null then null
          when "x_2_3" then 'other'
          when substr("e_2_3", 4, 1) = '7' and substr("e_2_3", 5, 1) not in ('0', '6') then 'mobile'
          when substr("e_2_3", 4, 1) in ('1', '2') then 'landline'
          else 'other'
          end as "k_2_3"
          from (select l.*,
            case
            when translate("n_1_1", '6789012345', '') <> '' then null
            when length("n_1_1") = 11 and substr("n_1_1", 1, 1) = '0' and substr("n_1_1", 2, 1) <> '0' then '+44' || substr("n_1_1", 2)
            when length("n_1_1") = 12 and left("n_1_1", 2) = '44' and substr("n_1_1", 3, 1) <> '0' then '+' || "n_1_1"
            when length("n_1_1") = 13 and left("n_1_1", 3) = '440' and substr("n_1_1", 4, 1) <> '0' then '+44' || substr("n_1_1", 4)
            when length("n_1_1") = 14 and left("n_1_1", 4) = '0044' and substr("n_1_1", 5, 1) <> '0' then '+' || substr("n_1_1", 3)
            when length("n_1_1") = 15 and left("n_1_1", 5) = '00440' and substr("n_1_1", 6, 1) <> '0' then '+44' || substr("n_1_1", 6)
            end as "e_1_1",
            case
            when translate("n_1_2", '6789012345', '') <> '' then null
            when length("n_1_2") = 11 and substr("n_1_2", 1, 1) = '0' and substr("n_1_2", 2, 1) <> '0' then '+44' || substr("n_1_2", 2)
            when length("n_1_2") = 12 and left("n_1_2", 2) = '44' and substr("n_1_2", 3, 1) <> '0' then '+' || "n_1_2"
            when length("n_1_2") = 13 and left("n_1_2", 3) = '440' and substr("n_1_2", 4, 1) <> '0' then '+44' || substr("n_1_2", 4)
            when length("n_1_2") = 14 and left("n_1_2", 4) = '0044' and substr("n_1_2", 5, 1) <> '0' then '+' || substr("n_1_2", 3)
            when length("n_1_2") = 15 and left("n_1_2", 5) = '00440' and substr("n_1_2", 6, 1) <> '0' then '+44' || substr("n_1_2", 6)
            end as "e_1_2",
            case
            when translate("n_1_3", '6789012345', '') <> '' then null
            when length("n_1_3") = 11 and substr("n_1_3", 1, 1) = '0' and substr("n_1_3", 2, 1) <> '0' then '+44' || substr("n_1_3", 2)
            when length("n_1_3") = 12 and left("n_1_3", 2) = '44' and substr("n_1_3", 3, 1) <> '0' then '+' || "n_1_3"
            when length("n_1_3") = 13 and left("n_1_3", 3) = '440' and substr("n_1_3", 4, 1) <> '0' then '+44' || substr("n_1_3", 4)
            when length("n_1_3") = 14 and left("n_1_3", 4) = '0044' and substr("n_1_3", 5, 1) <> '0' then '+' || substr("n_1_3", 3)
            when length("n_1_3") = 15 and left("n_1_3", 5) = '00440' and substr("n_1_3", 6, 1) <> '0' then '+44' || substr("n_1_3", 6)
            end as "e_1_3",
            case
            when translate("n_2_1", '6789012345', '') <> '' then null
            when length("n_2_1") = 11 and substr("n_2_1", 1, 1) = '0' and substr("n_2_1", 2, 1) <> '0' then '+44' || substr("n_2_1", 2)
            when length("n_2_1") = 12 and left("n_2_1", 2) = '44' and substr("n_2_1", 3, 1) <> '0' then '+' || "n_2_1"
            when length("n_2_1") = 13 and left("n_2_1", 3) = '440' and substr("n_2_1", 4, 1) <> '0' then '+44' || substr("n_2_1", 4)
            when length("n_2_1") = 14 and left("n_2_1", 4) = '0044' and substr("n_2_1", 5, 1) <> '0' then '+' || substr("n_2_1", 3)
            when length("n_2_1") = 15 and left("n_2_1", 5) = '00440' and substr("n_2_1", 6, 1) <> '0' then '+44' || substr("n_2_1", 6)
            end as "e_2_1",
            case
            when translate("n_2_2", '6789012345', '') <> '' then null
            when length("n_2_2") = 11 and substr("n_2_2", 1, 1) = '0' and substr("n_2_2", 2, 1) <> '0' then '+44' || substr("n_2_2", 2)
            when length("n_2_2") = 12 and left("n_2_2", 2) = '44' and substr("n_2_2", 3, 1) <> '0' then '+' || "n_2_2"
            when length("n_2_2") = 13 and left("n_2_2", 3) = '440' and substr("n_2_2", 4, 1) <> '0' then '+44' || substr("n_2_2", 4)
            when length("n_2_2") = 14 and left("n_2_2", 4) = '0044' and substr("n_2_2", 5, 1) <> '0' then '+' || substr("n_2_2", 3)
            when length("n_2_2") = 15 and left("n_2_2", 5) = '00440' and substr("n_2_2", 6, 1) <> '0' then '+44' || substr("n_2_2", 6)
            end as "e_2_2",
            case
            when translate("n_2_3", '6789012345', '') <> '' then null
            when length("n_2_3") = 11 and substr("n_2_3", 1, 1) = '0' and substr("n_2_3", 2, 1) <> '0' then '+44' || substr("n_2_3", 2)
            when length("n_2_3") = 12 and left("n_2_3", 2) = '44' and substr("n_2_3", 3, 1) <> '0' then '+' || "n_2_3"
            when length("n_2_3") = 13 and left("n_2_3", 3) = '440' and substr("n_2_3", 4, 1) <> '0' then '+44' || substr("n_2_3", 4)
            when length("n_2_3") = 14 and left("n_2_3", 4) = '0044' and substr("n_2_3", 5, 1) <> '0' then '+' || substr("n_2_3", 3)
            when length("n_2_3") = 15 and left("n_2_3", 5) = '00440' and substr("n_2_3", 6, 1) <> '0' then '+44' || substr("n_2_3", 6)
            end as "e_2_3"
            from (select l.*,
              translate(rtrim(split_part("p_1_1", 'x', 1), 'e.: '), E' ()-.+\t\u00a0\u2010\u2011\u2012\u2013\u2014', '') as "n_1_1",
              translate(rtrim(split_part("p_1_2", 'x', 1), 'e.: '), E' ()-.+\t\u00a0\u2010\u2011\u2012\u2013\u2014', '') as "n_1_2",
              translate(rtrim(split_part("p_1_3", 'x', 1), 'e.: '), E' ()-.+\t\u00a0\u2010\u2011\u2012\u2013\u2014', '') as "n_1_3",
              translate(rtrim(split_part("p_2_1", 'x', 1), 'e.: '), E' ()-.+\t\u00a0\u2010\u2011\u2012\u2013\u2014', '') as "n_2_1",
              translate(rtrim(split_part("p_2_2", 'x', 1), 'e.: '), E' ()-.+\t\u00a0\u2010\u2011\u2012\u2013\u2014', '') as "n_2_2",
              translate(rtrim(split_part("p_2_3", 'x', 1), 'e.: '), E' ()-.+\t\u00a0\u2010\u2011\u2012\u2013\u2014', '') as "n_2_3",
              position('x' in "p_1_1") > 0 as "x_1_1",
              position('x' in "p_1_2") > 0 as "x_1_2",
              position('x' in "p_1_3") > 0 as "x_1_3",
              position('x' in "p_2_1") > 0 as "x_2_1",
              position('x' in "p_2_2") > 0 as "x_2_2",
              position('x' in "p_2_3") > 0 as "x_2_3"
              from (select l.*,
                translate(split_part("p_1", '/', 1), '#', 'x') as "p_1_1",
                translate(split_part("p_1", '/', 2), '#', 'x') as "p_1_2",
                translate(split_part("p_1", '/', 3), '#', 'x') as "p_1_3",
                translate(split_part("p_2", '/', 1), '#', 'x') as "p_2_1",
                translate(split_part("p_2", '/', 2), '#', 'x') as "p_2_2",
                translate(split_part("p_2", '/', 3), '#', 'x') as "p_2_3"
                from (select l.*,
                  replace(translate(lower("c_phone_mobile" collate "C"), ';,|', '///'), ' or ', '/') as "p_1",
                  replace(translate(lower("c_phone_home" collate "C"), ';,|', '///'), ' or ', '/') as "p_2"
                  from (select l.* from (select l.*,
                      case when key_missing then 'KEY_MISSING' when not "g_c_born_on" then $3::text when not "g_c_left_on" then $4::text when not "g_c_attempts" then $5::text when not "g_c_deceased" then $6::text when "v_c_left_on" < date '1900-01-01' or "v_c_left_on" >= date '2200-01-01' then $7::text  end as "code"
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
                            from arrived a offset 0) l offset 0) l offset 0) l offset 0) l where l.code is null and (nullif(regexp_replace(upper(l."c_resident_ref" collate "C"), '[^A-Z0-9]', '', 'g'), '') = (select nullif(regexp_replace(upper(current_setting('cordon.reference') collate "C"), '[^A-Z0-9]', '', 'g'), ''))) offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) t
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
        from arrived a offset 0) l offset 0) l offset 0) l offset 0) l where code is not null and (nullif(regexp_replace(upper(l."c_resident_ref" collate "C"), '[^A-Z0-9]', '', 'g'), '') = (select nullif(regexp_replace(upper(current_setting('cordon.reference') collate "C"), '[^A-Z0-9]', '', 'g'), ''))) order by 1
--   $1 = "CAST:born_on"
--   $2 = "CAST:left_on"
--   $3 = "CAST:attempts"
--   $4 = "CAST:deceased"
--   $5 = "DATE:left_on"
--   $6 = ["1970-01-01"]

-- explain: rules
with identifier as materialized (select key, 'phone' as kind, unnest(phone_tokens) as token from "recheck"
  union all select key, 'reference', unnest(reference_tokens) from "recheck"
  union all select key, 'person', unnest(person_tokens) from "recheck"
  union all select key, 'phone' as kind, unnest(phone_tokens) as token from "sampled"
  union all select key, 'reference', unnest(reference_tokens) from "sampled"
  union all select key, 'person', unnest(person_tokens) from "sampled")
select r.key, r.mask::text as mask from (select h.*, (case when ("hit_0") is false then 0 else '1'::bigint end
    | case when ("c_deceased") is false then 0 else '2'::bigint end
    | case when ((case when "c_born_on" <= (select ($1::timestamptz at time zone $2::text)::date) and "c_born_on" > (select ($3::timestamptz at time zone $4::text)::date) - 44925 then not ((select ((select ($5::timestamptz at time zone $6::text)::date) - make_interval(years => 18))::date) >= "c_born_on") end)) is false then 0 else '4'::bigint end
    | case when ((not ("c_left_on" is null))) is false then 0 else '8'::bigint end
    | case when (("check_0" or (not ("c_district" = any ($7::text[]))))) is false then 0 else '16'::bigint end
    | case when ("check_1") is false then 0 else '32'::bigint end
    | case when (("c_attempts" >= $8::bigint)) is false then 0 else '64'::bigint end
    | case when ("hit_1") is false then 0 else '128'::bigint end
    | case when ((not (phone_kinds && $9::text[]))) is false then 0 else '256'::bigint end
    | case when ("hit_2") is false then 0 else '512'::bigint end)::bigint as mask
  from (select i.* , case when "hit_0".key is not null then true
    when cardinality(i.phone_tokens) + cardinality(i.reference_tokens) + cardinality(i.person_tokens) > 0 then false end as "hit_0" , case when "hit_1".key is not null then true
    when cardinality(i.phone_tokens) + cardinality(i.reference_tokens) + cardinality(i.person_tokens) > 0 then false end as "hit_1" , case when "hit_2".key is not null then true
    when cardinality(i.phone_tokens) + cardinality(i.reference_tokens) + cardinality(i.person_tokens) > 0 then false end as "hit_2"
    from "recheck" i
    left join (select distinct i.key from identifier i join register_entry r on r.kind = i.kind and r.token = i.token
      where r.register = $10::text and r.withdrawn_at is null) "hit_0" on "hit_0".key = i.key
    left join (select distinct i.key from identifier i join register_entry r on r.kind = i.kind and r.token = i.token
      where r.register = $11::text and r.withdrawn_at is null) "hit_1" on "hit_1".key = i.key
    left join (select distinct i.key from identifier i join contact_history c on c.kind = i.kind and c.token = i.token
      where (c.survey, c.period) is distinct from ($12::text, $13::text) and c.contacted_on >= (select (($14::timestamptz at time zone $15::text) - $16::interval)::date)) "hit_2" on "hit_2".key = i.key offset 0) h offset 0) r order by r.key collate "C"
--   $1 = <drawnAt>
--   $2 = "Europe/London"
--   $3 = <drawnAt>
--   $4 = "Europe/London"
--   $5 = <drawnAt>
--   $6 = "Europe/London"
--   $7 = ["North Warwickshire","Nuneaton and Bedworth","Rugby","Stratford-on-Avon","Warwick"]
--   $8 = 3
--   $9 = ["mobile","landline"]
--   $10 = "opt-outs"
--   $11 = "safety-markers"
--   $12 = "warwickshire-perception"
--   $13 = <period>
--   $14 = <drawnAt>
--   $15 = "Europe/London"
--   $16 = "P12M"
