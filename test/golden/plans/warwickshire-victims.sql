-- plan 630e1b508dd72c44bdc7d56dee3c4592706306563359c11f73518cd5583bc950
-- declaration 72f415fb1732c79b487d5c6c541c29f49a5d454cab94bd81b96689b72c6632d6

-- staging: nonce
unlogged table nonce (
  nonce bytea
)

-- staging: intake
unlogged table intake (
  key text[]
  c_reported_at timestamptz
  c_occurred_on date
  c_born_on date
  c_victim_type text
  c_victim_role text
  c_offence_code text
  c_crime_status text
  c_policing_area text
  c_flag_domestic boolean
  c_flag_sensitive boolean
  c_deceased boolean
  d_crime_group text
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
  c_reported_at timestamptz
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
  c_reported_at timestamptz
  c_occurred_on date
  c_born_on date
  c_victim_type text
  c_victim_role text
  c_offence_code text
  c_crime_status text
  c_policing_area text
  c_flag_domestic boolean
  c_flag_sensitive boolean
  c_deceased boolean
  d_crime_group text
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
  f_crime_group text
  f_occurred_on text
  f_language text
  f_safe_contact text
)

-- extract: read
select s."victim_ref"::text,
s."crime_no"::text,
s."reported_at"::text,
s."occurred_on"::text,
s."born_on"::text,
s."victim_type"::text,
s."victim_role"::text,
s."offence_code"::text,
s."crime_status"::text,
s."policing_area"::text,
s."flag_domestic"::text,
s."flag_sensitive"::text,
s."deceased"::text,
s."phone_mobile"::text,
s."phone_home"::text,
s."urn"::text,
s."forename"::text,
s."surname"::text,
s."postcode"::text
from "survey"."victim_offence" s
where s."reported_at" >= (select current_setting('cordon.window_from')::timestamptz) and s."reported_at" < (select current_setting('cordon.window_to')::timestamptz)

-- extract: sourceCounts
select (count(*) filter (where s."reported_at" >= (select current_setting('cordon.window_from')::timestamptz) and s."reported_at" < (select current_setting('cordon.window_to')::timestamptz)))::text as rows, max(s."reported_at")::text as newest
from "survey"."victim_offence" s

-- extract: arrived
create temp table arrived ("c_victim_ref" text, "c_crime_no" text, "c_reported_at" text, "c_occurred_on" text, "c_born_on" text, "c_victim_type" text, "c_victim_role" text, "c_offence_code" text, "c_crime_status" text, "c_policing_area" text, "c_flag_domestic" text, "c_flag_sensitive" text, "c_deceased" text, "c_phone_mobile" text, "c_phone_home" text, "c_urn" text, "c_forename" text, "c_surname" text, "c_postcode" text) on commit drop

-- extract: reset
truncate intake, quarantine

-- extract: load 1 of 1
with filled as (
  insert into "intake" ("key", "c_reported_at", "c_occurred_on", "c_born_on", "c_victim_type", "c_victim_role", "c_offence_code", "c_crime_status", "c_policing_area", "c_flag_domestic", "c_flag_sensitive", "c_deceased", "d_crime_group", "phone_kinds", "phone_tokens", "reference_tokens", "person_tokens")
  select t."key", t."v_c_reported_at", t."v_c_occurred_on", t."v_c_born_on", t."v_c_victim_type", t."v_c_victim_role", t."v_c_offence_code", t."v_c_crime_status", t."v_c_policing_area", t."v_c_flag_domestic", t."v_c_flag_sensitive", t."v_c_deceased", "list_crime_group".grp, t."phone_kinds", t."phone_tokens", t."reference_tokens", t."person_tokens"
  from (select l.*,
    array_remove(array["k_1_1", "k_1_2", "k_1_3", "k_2_1", "k_2_2", "k_2_3"]::text[], null) as "phone_kinds",
    array_remove(array[sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_1_1", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_1_2", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_1_3", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_2_1", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_2_2", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_2_3", 'UTF8')))]::bytea[], null) as "phone_tokens",
    array_remove(array[sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('reference:' || nullif(regexp_replace(upper("c_urn" collate "C"), '[^A-Z0-9]', '', 'g'), ''), 'UTF8')))]::bytea[], null) as "reference_tokens",
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
                        case when key_missing then 'KEY_MISSING' when not "g_c_reported_at" then $1::text when not "g_c_occurred_on" then $2::text when not "g_c_born_on" then $3::text when not "g_c_flag_domestic" then $4::text when not "g_c_flag_sensitive" then $5::text when not "g_c_deceased" then $6::text when ("v_c_reported_at" >= $7::timestamptz and "v_c_reported_at" < $8::timestamptz) is not true then 'OUT_OF_WINDOW' end as "code"
                        from (select l.*,
                          case when "g_c_reported_at" then "c_reported_at"::timestamptz end as "v_c_reported_at",
                          case when "g_c_occurred_on" then "c_occurred_on"::date end as "v_c_occurred_on",
                          case when "g_c_born_on" then case when not ("c_born_on"::date <= date '1900-01-01' or "c_born_on"::date = date '1901-01-01') then "c_born_on"::date end end as "v_c_born_on",
                          case when "g_c_victim_type" then "c_victim_type" end as "v_c_victim_type",
                          case when "g_c_victim_role" then "c_victim_role" end as "v_c_victim_role",
                          case when "g_c_offence_code" then "c_offence_code" end as "v_c_offence_code",
                          case when "g_c_crime_status" then "c_crime_status" end as "v_c_crime_status",
                          case when "g_c_policing_area" then "c_policing_area" end as "v_c_policing_area",
                          coalesce(case when "g_c_flag_domestic" then lower("c_flag_domestic") in ('true', 't', 'yes', 'y', '1') end, false) as "v_c_flag_domestic",
                          coalesce(case when "g_c_flag_sensitive" then lower("c_flag_sensitive") in ('true', 't', 'yes', 'y', '1') end, false) as "v_c_flag_sensitive",
                          case when "g_c_deceased" then lower("c_deceased") in ('true', 't', 'yes', 'y', '1') end as "v_c_deceased"
                          from (select l.*,
                            case when "c_reported_at" ~ '^[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?( ?(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))$' then substr("c_reported_at", 9, 2)::integer <= case
                            when substr("c_reported_at", 6, 2) in ('04', '06', '09', '11') then 30
                            when substr("c_reported_at", 6, 2) <> '02' then 31
                            when substr("c_reported_at", 1, 4)::integer % 400 = 0 then 29
                            when substr("c_reported_at", 1, 4)::integer % 100 = 0 then 28
                            when substr("c_reported_at", 1, 4)::integer % 4 = 0 then 29
                            else 28 end when "c_reported_at" is not null then false end as "g_c_reported_at",
                            case when "c_occurred_on" ~ '^[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' then substr("c_occurred_on", 9, 2)::integer <= case
                            when substr("c_occurred_on", 6, 2) in ('04', '06', '09', '11') then 30
                            when substr("c_occurred_on", 6, 2) <> '02' then 31
                            when substr("c_occurred_on", 1, 4)::integer % 400 = 0 then 29
                            when substr("c_occurred_on", 1, 4)::integer % 100 = 0 then 28
                            when substr("c_occurred_on", 1, 4)::integer % 4 = 0 then 29
                            else 28 end when "c_occurred_on" is not null then false end as "g_c_occurred_on",
                            case when "c_born_on" ~ '^[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' then substr("c_born_on", 9, 2)::integer <= case
                            when substr("c_born_on", 6, 2) in ('04', '06', '09', '11') then 30
                            when substr("c_born_on", 6, 2) <> '02' then 31
                            when substr("c_born_on", 1, 4)::integer % 400 = 0 then 29
                            when substr("c_born_on", 1, 4)::integer % 100 = 0 then 28
                            when substr("c_born_on", 1, 4)::integer % 4 = 0 then 29
                            else 28 end when "c_born_on" is not null then false end as "g_c_born_on",
                            true as "g_c_victim_type",
                            true as "g_c_victim_role",
                            true as "g_c_offence_code",
                            true as "g_c_crime_status",
                            true as "g_c_policing_area",
                            lower("c_flag_domestic") in ('true', 'false', 't', 'f', 'yes', 'no', 'y', 'n', '1', '0') as "g_c_flag_domestic",
                            lower("c_flag_sensitive") in ('true', 'false', 't', 'f', 'yes', 'no', 'y', 'n', '1', '0') as "g_c_flag_sensitive",
                            lower("c_deceased") in ('true', 'false', 't', 'f', 'yes', 'no', 'y', 'n', '1', '0') as "g_c_deceased"
                            from (select array[a."c_victim_ref", a."c_crime_no"]::text[] as key,
                              (nullif(btrim(a."c_victim_ref", E' \t\r\n\u00a0'), '') is null or nullif(btrim(a."c_crime_no", E' \t\r\n\u00a0'), '') is null) as key_missing,
                              nullif(btrim(a."c_victim_ref", E' \t\r\n\u00a0'), '') as "c_victim_ref",
                              nullif(btrim(a."c_crime_no", E' \t\r\n\u00a0'), '') as "c_crime_no",
                              nullif(btrim(a."c_reported_at", E' \t\r\n\u00a0'), '') as "c_reported_at",
                              nullif(btrim(a."c_occurred_on", E' \t\r\n\u00a0'), '') as "c_occurred_on",
                              nullif(btrim(a."c_born_on", E' \t\r\n\u00a0'), '') as "c_born_on",
                              nullif(btrim(a."c_victim_type", E' \t\r\n\u00a0'), '') as "c_victim_type",
                              nullif(btrim(a."c_victim_role", E' \t\r\n\u00a0'), '') as "c_victim_role",
                              nullif(btrim(a."c_offence_code", E' \t\r\n\u00a0'), '') as "c_offence_code",
                              nullif(btrim(a."c_crime_status", E' \t\r\n\u00a0'), '') as "c_crime_status",
                              nullif(btrim(a."c_policing_area", E' \t\r\n\u00a0'), '') as "c_policing_area",
                              nullif(btrim(a."c_flag_domestic", E' \t\r\n\u00a0'), '') as "c_flag_domestic",
                              nullif(btrim(a."c_flag_sensitive", E' \t\r\n\u00a0'), '') as "c_flag_sensitive",
                              nullif(btrim(a."c_deceased", E' \t\r\n\u00a0'), '') as "c_deceased",
                              nullif(btrim(a."c_phone_mobile", E' \t\r\n\u00a0'), '') as "c_phone_mobile",
                              nullif(btrim(a."c_phone_home", E' \t\r\n\u00a0'), '') as "c_phone_home",
                              nullif(btrim(a."c_urn", E' \t\r\n\u00a0'), '') as "c_urn",
                              nullif(btrim(a."c_forename", E' \t\r\n\u00a0'), '') as "c_forename",
                              nullif(btrim(a."c_surname", E' \t\r\n\u00a0'), '') as "c_surname",
                              nullif(btrim(a."c_postcode", E' \t\r\n\u00a0'), '') as "c_postcode"
                              from arrived a offset 0) l offset 0) l offset 0) l offset 0) l where l.code is null  offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) t
  left join unnest($9::text[], $10::text[]) as "list_crime_group"(code, grp) on "list_crime_group".code = t."v_c_offence_code"
  returning 1
)
insert into quarantine (key, code)
select key, code from (select l.*,
  case when key_missing then 'KEY_MISSING' when not "g_c_reported_at" then $11::text when not "g_c_occurred_on" then $12::text when not "g_c_born_on" then $13::text when not "g_c_flag_domestic" then $14::text when not "g_c_flag_sensitive" then $15::text when not "g_c_deceased" then $16::text when ("v_c_reported_at" >= $17::timestamptz and "v_c_reported_at" < $18::timestamptz) is not true then 'OUT_OF_WINDOW' end as "code"
  from (select l.*,
    case when "g_c_reported_at" then "c_reported_at"::timestamptz end as "v_c_reported_at",
    case when "g_c_occurred_on" then "c_occurred_on"::date end as "v_c_occurred_on",
    case when "g_c_born_on" then case when not ("c_born_on"::date <= date '1900-01-01' or "c_born_on"::date = date '1901-01-01') then "c_born_on"::date end end as "v_c_born_on",
    case when "g_c_victim_type" then "c_victim_type" end as "v_c_victim_type",
    case when "g_c_victim_role" then "c_victim_role" end as "v_c_victim_role",
    case when "g_c_offence_code" then "c_offence_code" end as "v_c_offence_code",
    case when "g_c_crime_status" then "c_crime_status" end as "v_c_crime_status",
    case when "g_c_policing_area" then "c_policing_area" end as "v_c_policing_area",
    coalesce(case when "g_c_flag_domestic" then lower("c_flag_domestic") in ('true', 't', 'yes', 'y', '1') end, false) as "v_c_flag_domestic",
    coalesce(case when "g_c_flag_sensitive" then lower("c_flag_sensitive") in ('true', 't', 'yes', 'y', '1') end, false) as "v_c_flag_sensitive",
    case when "g_c_deceased" then lower("c_deceased") in ('true', 't', 'yes', 'y', '1') end as "v_c_deceased"
    from (select l.*,
      case when "c_reported_at" ~ '^[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?( ?(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))$' then substr("c_reported_at", 9, 2)::integer <= case
      when substr("c_reported_at", 6, 2) in ('04', '06', '09', '11') then 30
      when substr("c_reported_at", 6, 2) <> '02' then 31
      when substr("c_reported_at", 1, 4)::integer % 400 = 0 then 29
      when substr("c_reported_at", 1, 4)::integer % 100 = 0 then 28
      when substr("c_reported_at", 1, 4)::integer % 4 = 0 then 29
      else 28 end when "c_reported_at" is not null then false end as "g_c_reported_at",
      case when "c_occurred_on" ~ '^[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' then substr("c_occurred_on", 9, 2)::integer <= case
      when substr("c_occurred_on", 6, 2) in ('04', '06', '09', '11') then 30
      when substr("c_occurred_on", 6, 2) <> '02' then 31
      when substr("c_occurred_on", 1, 4)::integer % 400 = 0 then 29
      when substr("c_occurred_on", 1, 4)::integer % 100 = 0 then 28
      when substr("c_occurred_on", 1, 4)::integer % 4 = 0 then 29
      else 28 end when "c_occurred_on" is not null then false end as "g_c_occurred_on",
      case when "c_born_on" ~ '^[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' then substr("c_born_on", 9, 2)::integer <= case
      when substr("c_born_on", 6, 2) in ('04', '06', '09', '11') then 30
      when substr("c_born_on", 6, 2) <> '02' then 31
      when substr("c_born_on", 1, 4)::integer % 400 = 0 then 29
      when substr("c_born_on", 1, 4)::integer % 100 = 0 then 28
      when substr("c_born_on", 1, 4)::integer % 4 = 0 then 29
      else 28 end when "c_born_on" is not null then false end as "g_c_born_on",
      true as "g_c_victim_type",
      true as "g_c_victim_role",
      true as "g_c_offence_code",
      true as "g_c_crime_status",
      true as "g_c_policing_area",
      lower("c_flag_domestic") in ('true', 'false', 't', 'f', 'yes', 'no', 'y', 'n', '1', '0') as "g_c_flag_domestic",
      lower("c_flag_sensitive") in ('true', 'false', 't', 'f', 'yes', 'no', 'y', 'n', '1', '0') as "g_c_flag_sensitive",
      lower("c_deceased") in ('true', 'false', 't', 'f', 'yes', 'no', 'y', 'n', '1', '0') as "g_c_deceased"
      from (select array[a."c_victim_ref", a."c_crime_no"]::text[] as key,
        (nullif(btrim(a."c_victim_ref", E' \t\r\n\u00a0'), '') is null or nullif(btrim(a."c_crime_no", E' \t\r\n\u00a0'), '') is null) as key_missing,
        nullif(btrim(a."c_victim_ref", E' \t\r\n\u00a0'), '') as "c_victim_ref",
        nullif(btrim(a."c_crime_no", E' \t\r\n\u00a0'), '') as "c_crime_no",
        nullif(btrim(a."c_reported_at", E' \t\r\n\u00a0'), '') as "c_reported_at",
        nullif(btrim(a."c_occurred_on", E' \t\r\n\u00a0'), '') as "c_occurred_on",
        nullif(btrim(a."c_born_on", E' \t\r\n\u00a0'), '') as "c_born_on",
        nullif(btrim(a."c_victim_type", E' \t\r\n\u00a0'), '') as "c_victim_type",
        nullif(btrim(a."c_victim_role", E' \t\r\n\u00a0'), '') as "c_victim_role",
        nullif(btrim(a."c_offence_code", E' \t\r\n\u00a0'), '') as "c_offence_code",
        nullif(btrim(a."c_crime_status", E' \t\r\n\u00a0'), '') as "c_crime_status",
        nullif(btrim(a."c_policing_area", E' \t\r\n\u00a0'), '') as "c_policing_area",
        nullif(btrim(a."c_flag_domestic", E' \t\r\n\u00a0'), '') as "c_flag_domestic",
        nullif(btrim(a."c_flag_sensitive", E' \t\r\n\u00a0'), '') as "c_flag_sensitive",
        nullif(btrim(a."c_deceased", E' \t\r\n\u00a0'), '') as "c_deceased",
        nullif(btrim(a."c_phone_mobile", E' \t\r\n\u00a0'), '') as "c_phone_mobile",
        nullif(btrim(a."c_phone_home", E' \t\r\n\u00a0'), '') as "c_phone_home",
        nullif(btrim(a."c_urn", E' \t\r\n\u00a0'), '') as "c_urn",
        nullif(btrim(a."c_forename", E' \t\r\n\u00a0'), '') as "c_forename",
        nullif(btrim(a."c_surname", E' \t\r\n\u00a0'), '') as "c_surname",
        nullif(btrim(a."c_postcode", E' \t\r\n\u00a0'), '') as "c_postcode"
        from arrived a offset 0) l offset 0) l offset 0) l offset 0) l
where code is not null and (select count(*) from filled) < (select count(*) from arrived)
--   $1 = "CAST:reported_at"
--   $2 = "CAST:occurred_on"
--   $3 = "CAST:born_on"
--   $4 = "CAST:flag_domestic"
--   $5 = "CAST:flag_sensitive"
--   $6 = "CAST:deceased"
--   $7 = <windowFrom>
--   $8 = <windowTo>
--   $9 = ["1","001/01","001/02","4/1","004/01","4/2","004/02","4/4","004/04","004/12","4/6","004/06","004/13"… (3923 characters)
--   $10 = ["homicide-death","homicide-death","homicide-death","homicide-death","homicide-death","homicide-deat… (9132 characters)
--   $11 = "CAST:reported_at"
--   $12 = "CAST:occurred_on"
--   $13 = "CAST:born_on"
--   $14 = "CAST:flag_domestic"
--   $15 = "CAST:flag_sensitive"
--   $16 = "CAST:deceased"
--   $17 = <windowFrom>
--   $18 = <windowTo>

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
insert into screened (key, mask, stratum, strata, "c_reported_at", "phone_tokens", "reference_tokens", "person_tokens")
select key, mask, array_to_string(strata, ' / '), strata, "c_reported_at", case when mask = 0 then "phone_tokens" end, case when mask = 0 then "reference_tokens" end, case when mask = 0 then "person_tokens" end
from (select x.*, array[coalesce("c_policing_area"::text, '?'), coalesce("d_crime_group"::text, '?')] as strata from (select h.*, (case when ("hit_0") is false then 0 else '1'::bigint end
      | case when (("c_reported_at" > (select (($1::timestamptz at time zone $2::text) - $3::interval) at time zone $4::text))) is false then 0 else '2'::bigint end
      | case when ("c_deceased") is false then 0 else '4'::bigint end
      | case when (((("c_reported_at" at time zone $5::text)::date - make_interval(years => 16))::date < "c_born_on" or ((select ($6::timestamptz at time zone $7::text)::date) - make_interval(years => 16))::date < "c_born_on")) is false then 0 else '8'::bigint end
      | case when ((not ("c_victim_type" = any ($8::text[])))) is false then 0 else '16'::bigint end
      | case when ((not ("c_victim_role" = any ($9::text[])))) is false then 0 else '32'::bigint end
      | case when (("c_crime_status" = any ($10::text[]))) is false then 0 else '64'::bigint end
      | case when (("c_flag_domestic" or ("c_offence_code" = any ($11::text[])))) is false then 0 else '128'::bigint end
      | case when (("c_offence_code" = any ($12::text[]))) is false then 0 else '256'::bigint end
      | case when (("c_offence_code" = any ($13::text[]))) is false then 0 else '512'::bigint end
      | case when ((not ("c_offence_code" = any ($14::text[])))) is false then 0 else '1024'::bigint end
      | case when (("c_flag_sensitive" or "hit_1")) is false then 0 else '2048'::bigint end
      | case when ((not (phone_kinds && $15::text[]))) is false then 0 else '4096'::bigint end
      | case when ("hit_2") is false then 0 else '8192'::bigint end)::bigint as mask
    from (select i.* , case when "hit_0".key is not null then true
      when cardinality(i.phone_tokens) + cardinality(i.reference_tokens) + cardinality(i.person_tokens) > 0 then false end as "hit_0" , case when "hit_1".key is not null then true
      when cardinality(i.phone_tokens) + cardinality(i.reference_tokens) + cardinality(i.person_tokens) > 0 then false end as "hit_1" , case when "hit_2".key is not null then true
      when cardinality(i.phone_tokens) + cardinality(i.reference_tokens) + cardinality(i.person_tokens) > 0 then false end as "hit_2"
      from "intake" i
      left join (select distinct i.key from identifier i join register_entry r on r.kind = i.kind and r.token = i.token
        where r.register = $16::text and r.withdrawn_at is null) "hit_0" on "hit_0".key = i.key
      left join (select distinct i.key from identifier i join register_entry r on r.kind = i.kind and r.token = i.token
        where r.register = $17::text and r.withdrawn_at is null) "hit_1" on "hit_1".key = i.key
      left join (select distinct i.key from identifier i join contact_history c on c.kind = i.kind and c.token = i.token
        where (c.survey, c.period) is distinct from ($18::text, $19::text) and c.contacted_on >= (select (($20::timestamptz at time zone $21::text) - $22::interval)::date)) "hit_2" on "hit_2".key = i.key offset 0) h offset 0) x) x
--   $1 = <drawnAt>
--   $2 = "Europe/London"
--   $3 = "P14D"
--   $4 = "Europe/London"
--   $5 = "Europe/London"
--   $6 = <drawnAt>
--   $7 = "Europe/London"
--   $8 = ["person"]
--   $9 = ["victim"]
--   $10 = ["cancelled","transferred"]
--   $11 = ["8U","008/67","066/39","068/19","068/20"]
--   $12 = ["17A","17B","19C","19D","19E","19F","19G","19H","19J","19K","20A","20B","21","22A","22B","23","70",… (1619 characters)
--   $13 = ["1","2","3A","4/1","4/2","4/3","4/4","4/6","4/7","4/8","4/9","4/10","5D","5E","36","37/1","56A","10… (886 characters)
--   $14 = ["1","001/01","001/02","4/1","004/01","4/2","004/02","4/4","004/04","004/12","4/6","004/06","004/13"… (3923 characters)
--   $15 = ["mobile","landline"]
--   $16 = "opt-outs"
--   $17 = "safety-markers"
--   $18 = "warwickshire-victims"
--   $19 = <period>
--   $20 = <drawnAt>
--   $21 = "Europe/London"
--   $22 = "P12M"

-- screen: population 1 of 2
with used as materialized (
  select key, unnest(phone_tokens) as token, coalesce(encode(person_tokens[1], 'hex'), array_to_json(key)::text) as person
  from intake
), shared as (
  select token from used group by token having count(distinct person) > $1::integer
), hit as (
  select distinct u.key from used u join shared using (token)
)
update screened s set mask = s.mask | '16384'::bigint from hit where hit.key = s.key
--   $1 = 1

-- screen: population 2 of 2
with repeated as (
  select person_tokens[1] as person from screened where mask = 0 group by 1 having count(*) > 1
), ranked as (
  select s.key, row_number() over (
    partition by s.person_tokens[1] order by s."c_reported_at" nulls last, s.key collate "C"
  ) as place
  from screened s join repeated r on r.person = s.person_tokens[1] where s.mask = 0
), hit as (
  select key from ranked where place > 1
  union all select key from screened where mask = 0 and person_tokens[1] is null
)
update screened s set mask = s.mask | '32768'::bigint from hit where hit.key = s.key

-- screen: counts
select r.reason,
coalesce(sum(m.n) filter (where m.mask & -m.mask = r.bit), 0)::integer as first,
coalesce(sum(m.n) filter (where m.mask & r.bit <> 0), 0)::integer as "all"
from unnest($1::text[], $2::bigint[]) with ordinality r(reason, bit, i)
left join (select mask, count(*) as n from screened group by mask) m on true
group by r.reason, r.i
order by r.i
--   $1 = ["opted-out","notice-open","deceased","under-16","not-a-person","also-a-suspect","cancelled","domest… (243 characters)
--   $2 = ["1","2","4","8","16","32","64","128","256","512","1024","2048","4096","8192","16384","32768"]

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
--   $1 = 10
--   $2 = 10

-- screen: frameRows
select stratum, frame_id from frame_key order by frame_id collate "C"

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
select s."victim_ref"::text,
s."crime_no"::text,
s."reported_at"::text,
s."occurred_on"::text,
s."born_on"::text,
s."victim_type"::text,
s."victim_role"::text,
s."offence_code"::text,
s."crime_status"::text,
s."policing_area"::text,
s."flag_domestic"::text,
s."flag_sensitive"::text,
s."deceased"::text,
s."phone_mobile"::text,
s."phone_home"::text,
s."urn"::text,
s."forename"::text,
s."surname"::text,
s."postcode"::text
from (select e.k ->> 0 as "k1", e.k ->> 1 as "k2", array[e.k ->> 0, e.k ->> 1] as key
  from json_array_elements((select current_setting('cordon.drawn')::json)) e(k)) d
join "survey"."victim_offence" s on s."victim_ref"::text = d."k1" and s."crime_no"::text = d."k2"

-- reread: arrived
create temp table arrived ("c_victim_ref" text, "c_crime_no" text, "c_reported_at" text, "c_occurred_on" text, "c_born_on" text, "c_victim_type" text, "c_victim_role" text, "c_offence_code" text, "c_crime_status" text, "c_policing_area" text, "c_flag_domestic" text, "c_flag_sensitive" text, "c_deceased" text, "c_phone_mobile" text, "c_phone_home" text, "c_urn" text, "c_forename" text, "c_surname" text, "c_postcode" text) on commit drop

-- reread: load 1 of 2
truncate recheck

-- reread: load 2 of 2
insert into "recheck" ("key", "c_reported_at", "c_occurred_on", "c_born_on", "c_victim_type", "c_victim_role", "c_offence_code", "c_crime_status", "c_policing_area", "c_flag_domestic", "c_flag_sensitive", "c_deceased", "d_crime_group", "phone_kinds", "phone_tokens", "reference_tokens", "person_tokens")
select t."key", t."v_c_reported_at", t."v_c_occurred_on", t."v_c_born_on", t."v_c_victim_type", t."v_c_victim_role", t."v_c_offence_code", t."v_c_crime_status", t."v_c_policing_area", t."v_c_flag_domestic", t."v_c_flag_sensitive", t."v_c_deceased", "list_crime_group".grp, t."phone_kinds", t."phone_tokens", t."reference_tokens", t."person_tokens"
from (select l.*,
  array_remove(array["k_1_1", "k_1_2", "k_1_3", "k_2_1", "k_2_2", "k_2_3"]::text[], null) as "phone_kinds",
  array_remove(array[sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_1_1", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_1_2", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_1_3", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_2_1", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_2_2", 'UTF8'))), sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || "e_2_3", 'UTF8')))]::bytea[], null) as "phone_tokens",
  array_remove(array[sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('reference:' || nullif(regexp_replace(upper("c_urn" collate "C"), '[^A-Z0-9]', '', 'g'), ''), 'UTF8')))]::bytea[], null) as "reference_tokens",
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
                      case when key_missing then 'KEY_MISSING' when not "g_c_reported_at" then $1::text when not "g_c_occurred_on" then $2::text when not "g_c_born_on" then $3::text when not "g_c_flag_domestic" then $4::text when not "g_c_flag_sensitive" then $5::text when not "g_c_deceased" then $6::text  end as "code"
                      from (select l.*,
                        case when "g_c_reported_at" then "c_reported_at"::timestamptz end as "v_c_reported_at",
                        case when "g_c_occurred_on" then "c_occurred_on"::date end as "v_c_occurred_on",
                        case when "g_c_born_on" then case when not ("c_born_on"::date <= date '1900-01-01' or "c_born_on"::date = date '1901-01-01') then "c_born_on"::date end end as "v_c_born_on",
                        case when "g_c_victim_type" then "c_victim_type" end as "v_c_victim_type",
                        case when "g_c_victim_role" then "c_victim_role" end as "v_c_victim_role",
                        case when "g_c_offence_code" then "c_offence_code" end as "v_c_offence_code",
                        case when "g_c_crime_status" then "c_crime_status" end as "v_c_crime_status",
                        case when "g_c_policing_area" then "c_policing_area" end as "v_c_policing_area",
                        coalesce(case when "g_c_flag_domestic" then lower("c_flag_domestic") in ('true', 't', 'yes', 'y', '1') end, false) as "v_c_flag_domestic",
                        coalesce(case when "g_c_flag_sensitive" then lower("c_flag_sensitive") in ('true', 't', 'yes', 'y', '1') end, false) as "v_c_flag_sensitive",
                        case when "g_c_deceased" then lower("c_deceased") in ('true', 't', 'yes', 'y', '1') end as "v_c_deceased"
                        from (select l.*,
                          case when "c_reported_at" ~ '^[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?( ?(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?))$' then substr("c_reported_at", 9, 2)::integer <= case
                          when substr("c_reported_at", 6, 2) in ('04', '06', '09', '11') then 30
                          when substr("c_reported_at", 6, 2) <> '02' then 31
                          when substr("c_reported_at", 1, 4)::integer % 400 = 0 then 29
                          when substr("c_reported_at", 1, 4)::integer % 100 = 0 then 28
                          when substr("c_reported_at", 1, 4)::integer % 4 = 0 then 29
                          else 28 end when "c_reported_at" is not null then false end as "g_c_reported_at",
                          case when "c_occurred_on" ~ '^[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' then substr("c_occurred_on", 9, 2)::integer <= case
                          when substr("c_occurred_on", 6, 2) in ('04', '06', '09', '11') then 30
                          when substr("c_occurred_on", 6, 2) <> '02' then 31
                          when substr("c_occurred_on", 1, 4)::integer % 400 = 0 then 29
                          when substr("c_occurred_on", 1, 4)::integer % 100 = 0 then 28
                          when substr("c_occurred_on", 1, 4)::integer % 4 = 0 then 29
                          else 28 end when "c_occurred_on" is not null then false end as "g_c_occurred_on",
                          case when "c_born_on" ~ '^[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' then substr("c_born_on", 9, 2)::integer <= case
                          when substr("c_born_on", 6, 2) in ('04', '06', '09', '11') then 30
                          when substr("c_born_on", 6, 2) <> '02' then 31
                          when substr("c_born_on", 1, 4)::integer % 400 = 0 then 29
                          when substr("c_born_on", 1, 4)::integer % 100 = 0 then 28
                          when substr("c_born_on", 1, 4)::integer % 4 = 0 then 29
                          else 28 end when "c_born_on" is not null then false end as "g_c_born_on",
                          true as "g_c_victim_type",
                          true as "g_c_victim_role",
                          true as "g_c_offence_code",
                          true as "g_c_crime_status",
                          true as "g_c_policing_area",
                          lower("c_flag_domestic") in ('true', 'false', 't', 'f', 'yes', 'no', 'y', 'n', '1', '0') as "g_c_flag_domestic",
                          lower("c_flag_sensitive") in ('true', 'false', 't', 'f', 'yes', 'no', 'y', 'n', '1', '0') as "g_c_flag_sensitive",
                          lower("c_deceased") in ('true', 'false', 't', 'f', 'yes', 'no', 'y', 'n', '1', '0') as "g_c_deceased"
                          from (select array[a."c_victim_ref", a."c_crime_no"]::text[] as key,
                            (nullif(btrim(a."c_victim_ref", E' \t\r\n\u00a0'), '') is null or nullif(btrim(a."c_crime_no", E' \t\r\n\u00a0'), '') is null) as key_missing,
                            nullif(btrim(a."c_victim_ref", E' \t\r\n\u00a0'), '') as "c_victim_ref",
                            nullif(btrim(a."c_crime_no", E' \t\r\n\u00a0'), '') as "c_crime_no",
                            nullif(btrim(a."c_reported_at", E' \t\r\n\u00a0'), '') as "c_reported_at",
                            nullif(btrim(a."c_occurred_on", E' \t\r\n\u00a0'), '') as "c_occurred_on",
                            nullif(btrim(a."c_born_on", E' \t\r\n\u00a0'), '') as "c_born_on",
                            nullif(btrim(a."c_victim_type", E' \t\r\n\u00a0'), '') as "c_victim_type",
                            nullif(btrim(a."c_victim_role", E' \t\r\n\u00a0'), '') as "c_victim_role",
                            nullif(btrim(a."c_offence_code", E' \t\r\n\u00a0'), '') as "c_offence_code",
                            nullif(btrim(a."c_crime_status", E' \t\r\n\u00a0'), '') as "c_crime_status",
                            nullif(btrim(a."c_policing_area", E' \t\r\n\u00a0'), '') as "c_policing_area",
                            nullif(btrim(a."c_flag_domestic", E' \t\r\n\u00a0'), '') as "c_flag_domestic",
                            nullif(btrim(a."c_flag_sensitive", E' \t\r\n\u00a0'), '') as "c_flag_sensitive",
                            nullif(btrim(a."c_deceased", E' \t\r\n\u00a0'), '') as "c_deceased",
                            nullif(btrim(a."c_phone_mobile", E' \t\r\n\u00a0'), '') as "c_phone_mobile",
                            nullif(btrim(a."c_phone_home", E' \t\r\n\u00a0'), '') as "c_phone_home",
                            nullif(btrim(a."c_urn", E' \t\r\n\u00a0'), '') as "c_urn",
                            nullif(btrim(a."c_forename", E' \t\r\n\u00a0'), '') as "c_forename",
                            nullif(btrim(a."c_surname", E' \t\r\n\u00a0'), '') as "c_surname",
                            nullif(btrim(a."c_postcode", E' \t\r\n\u00a0'), '') as "c_postcode"
                            from arrived a offset 0) l offset 0) l offset 0) l offset 0) l where l.code is null and (l.key in (select d.key from (select e.k ->> 0 as "k1", e.k ->> 1 as "k2", array[e.k ->> 0, e.k ->> 1] as key
                          from json_array_elements($7::json) e(k)) d)) is true
                    and (l.key in (select array[a."c_victim_ref", a."c_crime_no"]::text[] from arrived a group by 1 having count(*) = 1)) is true offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) t
left join unnest($8::text[], $9::text[]) as "list_crime_group"(code, grp) on "list_crime_group".code = t."v_c_offence_code"
--   $1 = "CAST:reported_at"
--   $2 = "CAST:occurred_on"
--   $3 = "CAST:born_on"
--   $4 = "CAST:flag_domestic"
--   $5 = "CAST:flag_sensitive"
--   $6 = "CAST:deceased"
--   $7 = <drawn>
--   $8 = ["1","001/01","001/02","4/1","004/01","4/2","004/02","4/4","004/04","004/12","4/6","004/06","004/13"… (3923 characters)
--   $9 = ["homicide-death","homicide-death","homicide-death","homicide-death","homicide-death","homicide-deat… (9132 characters)

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
  or (r."c_reported_at" >= $1::timestamptz and r."c_reported_at" < $2::timestamptz) is not true) as changed
from (select h.*, (case when ("hit_0") is false then 0 else '1'::bigint end
    | case when (("c_reported_at" > (select (($3::timestamptz at time zone $4::text) - $5::interval) at time zone $6::text))) is false then 0 else '2'::bigint end
    | case when ("c_deceased") is false then 0 else '4'::bigint end
    | case when (((("c_reported_at" at time zone $7::text)::date - make_interval(years => 16))::date < "c_born_on" or ((select ($8::timestamptz at time zone $9::text)::date) - make_interval(years => 16))::date < "c_born_on")) is false then 0 else '8'::bigint end
    | case when ((not ("c_victim_type" = any ($10::text[])))) is false then 0 else '16'::bigint end
    | case when ((not ("c_victim_role" = any ($11::text[])))) is false then 0 else '32'::bigint end
    | case when (("c_crime_status" = any ($12::text[]))) is false then 0 else '64'::bigint end
    | case when (("c_flag_domestic" or ("c_offence_code" = any ($13::text[])))) is false then 0 else '128'::bigint end
    | case when (("c_offence_code" = any ($14::text[]))) is false then 0 else '256'::bigint end
    | case when (("c_offence_code" = any ($15::text[]))) is false then 0 else '512'::bigint end
    | case when ((not ("c_offence_code" = any ($16::text[])))) is false then 0 else '1024'::bigint end
    | case when (("c_flag_sensitive" or "hit_1")) is false then 0 else '2048'::bigint end
    | case when ((not (phone_kinds && $17::text[]))) is false then 0 else '4096'::bigint end
    | case when ("hit_2") is false then 0 else '8192'::bigint end)::bigint as mask
  from (select i.* , case when "hit_0".key is not null then true
    when cardinality(i.phone_tokens) + cardinality(i.reference_tokens) + cardinality(i.person_tokens) > 0 then false end as "hit_0" , case when "hit_1".key is not null then true
    when cardinality(i.phone_tokens) + cardinality(i.reference_tokens) + cardinality(i.person_tokens) > 0 then false end as "hit_1" , case when "hit_2".key is not null then true
    when cardinality(i.phone_tokens) + cardinality(i.reference_tokens) + cardinality(i.person_tokens) > 0 then false end as "hit_2"
    from "recheck" i
    left join (select distinct i.key from identifier i join register_entry r on r.kind = i.kind and r.token = i.token
      where r.register = $18::text and r.withdrawn_at is null) "hit_0" on "hit_0".key = i.key
    left join (select distinct i.key from identifier i join register_entry r on r.kind = i.kind and r.token = i.token
      where r.register = $19::text and r.withdrawn_at is null) "hit_1" on "hit_1".key = i.key
    left join (select distinct i.key from identifier i join contact_history c on c.kind = i.kind and c.token = i.token
      where (c.survey, c.period) is distinct from ($20::text, $21::text) and c.contacted_on >= (select (($22::timestamptz at time zone $23::text) - $24::interval)::date)) "hit_2" on "hit_2".key = i.key offset 0) h offset 0) r join sampled s on s.key = r.key
--   $1 = <windowFrom>
--   $2 = <windowTo>
--   $3 = <drawnAt>
--   $4 = "Europe/London"
--   $5 = "P14D"
--   $6 = "Europe/London"
--   $7 = "Europe/London"
--   $8 = <drawnAt>
--   $9 = "Europe/London"
--   $10 = ["person"]
--   $11 = ["victim"]
--   $12 = ["cancelled","transferred"]
--   $13 = ["8U","008/67","066/39","068/19","068/20"]
--   $14 = ["17A","17B","19C","19D","19E","19F","19G","19H","19J","19K","20A","20B","21","22A","22B","23","70",… (1619 characters)
--   $15 = ["1","2","3A","4/1","4/2","4/3","4/4","4/6","4/7","4/8","4/9","4/10","5D","5E","36","37/1","56A","10… (886 characters)
--   $16 = ["1","001/01","001/02","4/1","004/01","4/2","004/02","4/4","004/04","004/12","4/6","004/06","004/13"… (3923 characters)
--   $17 = ["mobile","landline"]
--   $18 = "opt-outs"
--   $19 = "safety-markers"
--   $20 = "warwickshire-victims"
--   $21 = <period>
--   $22 = <drawnAt>
--   $23 = "Europe/London"
--   $24 = "P12M"

-- minimise: read
select s."victim_ref"::text,
s."crime_no"::text,
s."title"::text,
s."surname"::text,
s."phone_mobile"::text,
s."phone_home"::text,
s."occurred_on"::text,
s."language"::text,
s."safe_contact_code"::text
from (select e.k ->> 0 as "k1", e.k ->> 1 as "k2", array[e.k ->> 0, e.k ->> 1] as key
  from json_array_elements((select current_setting('cordon.drawn')::json)) e(k)) d
join "survey"."victim_offence" s on s."victim_ref"::text = d."k1" and s."crime_no"::text = d."k2"

-- minimise: arrived
create temp table arrived ("c_victim_ref" text, "c_crime_no" text, "c_title" text, "c_surname" text, "c_phone_mobile" text, "c_phone_home" text, "c_occurred_on" text, "c_language" text, "c_safe_contact_code" text) on commit drop

-- minimise: reset
truncate contact

-- minimise: load 1 of 1
insert into contact (survey_ref, key, frame_id, "f_title", "f_surname", "f_phone", "f_crime_group", "f_occurred_on", "f_language", "f_safe_contact")
select left(encode(sha256((select current_setting('cordon.ref_outer')::bytea) || sha256((select current_setting('cordon.ref_inner')::bytea) || convert_to($1::text || array_to_json(s.key)::text, 'UTF8'))), 'hex'), 20), s.key, s.frame_id, c."f_title", c."f_surname", c."f_phone", r."d_crime_group", c."f_occurred_on", c."f_language", c."f_safe_contact"
from (select l.*,
  coalesce("c_title") as "f_title",
  coalesce("c_surname") as "f_surname",
  coalesce(case when "k_1_1" = any ($2::text[]) then "e_1_1" end, case when "k_1_2" = any ($3::text[]) then "e_1_2" end, case when "k_1_3" = any ($4::text[]) then "e_1_3" end, case when "k_2_1" = any ($5::text[]) then "e_2_1" end, case when "k_2_2" = any ($6::text[]) then "e_2_2" end, case when "k_2_3" = any ($7::text[]) then "e_2_3" end) as "f_phone",
  coalesce(case when case when left("c_occurred_on", 10) ~ '^[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' then substr(left("c_occurred_on", 10), 9, 2)::integer <= case
    when substr(left("c_occurred_on", 10), 6, 2) in ('04', '06', '09', '11') then 30
    when substr(left("c_occurred_on", 10), 6, 2) <> '02' then 31
    when substr(left("c_occurred_on", 10), 1, 4)::integer % 400 = 0 then 29
    when substr(left("c_occurred_on", 10), 1, 4)::integer % 100 = 0 then 28
    when substr(left("c_occurred_on", 10), 1, 4)::integer % 4 = 0 then 29
    else 28 end when left("c_occurred_on", 10) is not null then false end then left("c_occurred_on", 7) end) as "f_occurred_on",
  coalesce("c_language", $8::text) as "f_language",
  coalesce("c_safe_contact_code", $9::text) as "f_safe_contact"
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
            from (select array[a."c_victim_ref", a."c_crime_no"]::text[] as key,
              (nullif(btrim(a."c_victim_ref", E' \t\r\n\u00a0'), '') is null or nullif(btrim(a."c_crime_no", E' \t\r\n\u00a0'), '') is null) as key_missing,
              nullif(btrim(a."c_victim_ref", E' \t\r\n\u00a0'), '') as "c_victim_ref",
              nullif(btrim(a."c_crime_no", E' \t\r\n\u00a0'), '') as "c_crime_no",
              nullif(btrim(a."c_title", E' \t\r\n\u00a0'), '') as "c_title",
              nullif(btrim(a."c_surname", E' \t\r\n\u00a0'), '') as "c_surname",
              nullif(btrim(a."c_phone_mobile", E' \t\r\n\u00a0'), '') as "c_phone_mobile",
              nullif(btrim(a."c_phone_home", E' \t\r\n\u00a0'), '') as "c_phone_home",
              nullif(btrim(a."c_occurred_on", E' \t\r\n\u00a0'), '') as "c_occurred_on",
              nullif(btrim(a."c_language", E' \t\r\n\u00a0'), '') as "c_language",
              nullif(btrim(a."c_safe_contact_code", E' \t\r\n\u00a0'), '') as "c_safe_contact_code"
              from arrived a offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) l offset 0) c
join sampled s on s.key = c.key and s.state = 'in'
join recheck r on r.key = c.key
where (c.key in (select d.key from (select e.k ->> 0 as "k1", e.k ->> 1 as "k2", array[e.k ->> 0, e.k ->> 1] as key
      from json_array_elements($10::json) e(k)) d)) is true
and (c.key in (select array[a."c_victim_ref", a."c_crime_no"]::text[] from arrived a group by 1 having count(*) = 1)) is true
--   $1 = "survey_ref:warwickshire-victims:"
--   $2 = ["mobile","landline"]
--   $3 = ["mobile","landline"]
--   $4 = ["mobile","landline"]
--   $5 = ["mobile","landline"]
--   $6 = ["mobile","landline"]
--   $7 = ["mobile","landline"]
--   $8 = "en"
--   $9 = "none"
--   $10 = <drawn>

-- minimise: incomplete
select key from contact where "f_phone" is null

-- minimise: contacts
select c.survey_ref as "survey_ref", c."f_title" as "title", c."f_surname" as "surname", c."f_phone" as "phone", c."f_crime_group" as "crime_group", c."f_occurred_on" as "occurred_on", c."f_language" as "language", c."f_safe_contact" as "safe_contact"
from contact c join sampled s on s.key = c.key and s.state = 'in'
order by c.survey_ref collate "C"

-- minimise: released
select c.survey_ref as "survey_ref", c."f_title" as "title", c."f_surname" as "surname", c."f_phone" as "phone", c."f_crime_group" as "crime_group", c."f_occurred_on" as "occurred_on", c."f_language" as "language", c."f_safe_contact" as "safe_contact"
from contact c join sampled s on s.key = c.key and (s.state = 'in' or s.struck_by <> $1::text)
order by c.survey_ref collate "C"
--   $1 = "incomplete"

-- minimise: dropped
select c.key from contact c
join sampled s on s.key = c.key and s.state = 'in'
join recheck r on r.key = c.key
where (sha256((select current_setting('cordon.outer')::bytea) || sha256((select current_setting('cordon.inner')::bytea) || convert_to('phone:' || c."f_phone", 'UTF8'))) = any (r.phone_tokens)) is not true
