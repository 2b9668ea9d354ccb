// The forms that a register says of one person: many, where a record holds few, for there are a thousand times as many
// records. Each is a first part and a last, of the name as given and of the name the other way round.
import { sql } from 'kysely';
import { foldedNames, isInitial } from './person.ts';
import { placesSaid } from './postcode.ts';
import type { Fragment } from './statement.ts';

/** Names that other scripts spell in many ways: a closed list, each line one name. */
const spellings = [
  'muhammad mohammed mohamed mohammad muhammed mohamad muhamad mohamud muhamed mohammod mohd muhd mohd mohmed mahomed maxamed md',
  'ahmed ahmad ahamed ahmet achmed axmed',
  'hussain xuseen hussein husain hussien hossain husein hossein',
  'hassan hasan hassen xasan',
  'yusuf yousef yousuf youssef yusef yusif yosef',
  'ibrahim ebrahim ibraheem',
  'abdul abdel abdal abd',
  'rahman rehman rahaman',
  'sheikh shaikh sheik shaykh shaik',
  'chowdhury choudhury chaudhry choudhry chaudhary chaudry choudhary chowdhry',
  'aisha ayesha aysha aishah aicha',
  'fatima fatimah fatma fatema',
  'khadija khadijah khadeeja',
  'zainab zaynab zeinab',
  'mariam maryam mariyam',
  'omar umar omer cumar',
  'usman osman uthman othman',
  'mustafa mostafa moustafa',
  'said saeed sayeed saied',
  'iqbal eqbal',
  'begum begom begam',
  'abdi cabdi',
  'ali cali',
  'fatuma fadumo faadumo',
  'abdullah abdallah abdulla abdalla',
  'abdulrahman abdurrahman abdelrahman abdurahman abdirahman abdulrehman',
  'akhtar akhter akter aktar',
  'amina aminah ameena',
  'amin ameen',
  'bilal belal billal',
  'faisal faysal feisal',
  'hafsa hafsah',
  'hamid hameed',
  'hamza hamzah',
  'haque haq huq hoque',
  'ismail ismael esmail ismaeel',
  'jafar jaafar jaffar',
  'karim kareem',
  'khalid khaled',
  'khatun khatoon',
  'layla laila leila leyla',
  'malik malek',
  'miah mia miya miyah',
  'nasir naseer nasser naser',
  'noor nur nour',
  'qureshi quraishi kureshi',
  'rashid rasheed rachid',
  'safiya safia safiyah safiyya',
  'salim saleem selim',
  'samira sameera',
  'siddiqui siddiqi siddique',
  'sulaiman suleiman sulayman soleiman suleman',
  'sumaya sumayya sumaiya',
  'tariq tarik tarek tareq',
  'uddin udin',
  'walid waleed',
  'yahya yahia yehia',
  'yaqub yaqoob yakub yakoob yacoub',
  'zahra zahrah zohra',
  'agarwal aggarwal agrawal',
  'banerjee banerji bannerjee',
  'chatterjee chatterji',
  'deepak dipak',
  'geeta gita',
  'lakshmi laxmi',
  'mukherjee mukerji mookerjee',
  'pradeep pradip',
  'rajeev rajiv',
  'sandeep sandip',
  'sarkar sarker',
  'sharma sarma',
  'srinivasan sreenivasan',
  'subramaniam subramanian subramanyam',
  'sunil suneel',
  'talukdar talukder',
  'verma varma',
  'alexander aleksander aleksandr alexandr oleksandr',
  'alexandra aleksandra oleksandra',
  'alexei alexey aleksei aleksey oleksii oleksiy',
  'anastasia anastasiya anastasiia',
  'andrei andrey andrii andriy',
  'dmitry dmitri dmitrii dmitriy dmitro dmytro dimitri',
  'elena yelena olena jelena',
  'ekaterina yekaterina kateryna katerina',
  'evgeny evgeni evgenii yevgeny yevgenii yevgeniy evgen yevhen',
  'igor ihor',
  'ksenia kseniya kseniia xenia',
  'maria mariya mariia marija',
  'mikhail mikhailo mykhailo mihail',
  'natalia nataliya nataliia natalya',
  'nikolai nikolay mikola mykola',
  'oleg oleh',
  'sergei sergey sergii serhii serhiy',
  'sofia sofiya sofiia',
  'tatiana tatyana tetiana tetyana',
  'viktor victor',
  'viktoria viktoriya viktoriia victoria',
  'vladimir volodymyr volodimir wladimir',
  'yulia yuliya yuliia iuliia',
  'yuri yury yurii yuriy',
  'djordje dorde djorde',
  'djordjevic dordevic',
  'djokovic dokovic',
  'djuric duric',
  'oyvind oeyvind',
  'oystein oeystein',
  'dimitrios dimitris demetrios',
  'georgios giorgos yiorgos yorgos',
  'ioannis giannis yiannis yannis',
  'konstantinos constantinos',
  'william wm willm',
  'thomas thos',
  'charles chas',
  'james jas',
  'george geo',
  'robert robt',
  'richard richd',
  'edward edw edwd',
  'frederick fredk',
  'samuel saml',
  'daniel danl',
  'benjamin benj',
  'joseph jos',
  'margaret margt',
  'elizabeth eliz',
];

/** Every spelling of a word, itself first. */
const spelledAs = (x: Fragment): Fragment =>
  sql`(select 0 as far, ${x} as word union all select 1, s from unnest(${sql.lit(`{${spellings.join(',')}}`)}::text[]) g,
        unnest(string_to_array(g, ' ')) s where ' ' || g || ' ' like '% ' || ${x} || ' %' and s <> ${x})`;

/** `mary`, `m.` who is known as M alone, `maryjane`; `m*` where an initial is all that was given. */
const firsts = (
  names: Fragment,
  initial: (x: Fragment) => Fragment,
): Fragment => sql`(select nth, far, first from unnest(string_to_array(translate(${names}, '_', ''), '&')) with ordinality n(name, alias),
      lateral (select split_part(name, ' ', 1) as x, split_part(name, ' ', 2) as y) one,
      lateral ${spelledAs(sql`x`)} s,
      lateral (values (1, case when ${initial(sql`x`)} then left(x, 1) || '*' else s.word end),
        (2, case when not ${initial(sql`x`)} then left(s.word, 1) || '.' end),
        (3, case when y <> '' then s.word || substr(replace(name, ' ', ''), length(x) + 1) end),
        (4, case when x in ('md', 'mohd', 'muhd') then nullif(y, '') end)) f(nth, first)
    where x <> '' and first is not null
    union all select 5, 1, s.word from (select replace(n, ' ', '') as x from unnest(string_to_array(translate(${names}, '_', ''), '&')) n where n like '% %') whole,
      lateral ${spelledAs(sql`x`)} s where s.far > 0)`;

/** `sample`, half of any double name `~sample`; a double name also the other way round and by halves; of three, by twos. */
const lasts = (
  names: Fragment,
): Fragment => sql`(select nth, far, last from (select string_to_array(replace(${names}, '&', ' '), ' ') as w union select string_to_array(n, ' ') from unnest(string_to_array(${names}, '&')) n) s,
      lateral (select 1 as nth, array_to_string(w, '') as joined
        union all select 2, w[2] || w[1] where cardinality(w) = 2
        union all select 3, u from unnest(w) u where cardinality(w) > 1
        union all select 4, split_part(u, '_', -1) from unnest(w) u where u like '%\\_%'
        union all select 5, translate(left(u, 1), 'ae', 'ea') || substr(u, 2) from unnest(w) u where u like '__\\_%'
        union all select 6, w[i] || w[j] from generate_series(1, 4) i, generate_series(i + 1, 5) j where cardinality(w) > 2 and w[j] is not null) l,
      lateral (select replace(joined, '_', '') as x) one,
      lateral (select * from ${spelledAs(sql`x`)} g union all select 1, left(x, -1) || translate(right(x, 1), 'ai', 'ia') where x ~ '[a-z][csz]k[ai]$') v,
      lateral (values (0, v.word), (1, case when nth <= 2 and cardinality(w) < 3 then '~' || v.word end)) h(half, last)
    where x <> '' and last is not null)`;

const pairs = (fore: Fragment, sur: Fragment, initial: (x: Fragment) => Fragment): Fragment =>
  sql`select l.far + f.far as far, l.nth as last_nth, f.nth as first_nth, f.first || '|' || l.last as names from ${lasts(sur)} l, ${firsts(fore, initial)} f`;
/** `oneill|m` of a record the other way round with an initial; `siu|chan` of `Chan Siu Ling`, the surname before two names. */
const turned = (
  fore: Fragment,
  sur: Fragment,
): Fragment => sql`select 1 as far, 9 as last_nth, f.nth as first_nth, f.first || '|' || left(name, 1) as names
    from ${firsts(sur, (x) => sql`(length(${x}) = 1)`)} f, unnest(string_to_array(${fore}, '&')) name where f.first ~ '^[^.*]{2,}$' and name <> ''
  union all select 1, 9, 9, y || last || '|' || x from unnest(string_to_array(${fore}, '&')) name,
      lateral (select split_part(name, ' ', 1) as x, split_part(name, ' ', 2) as y) one, (values (''), (${sur})) l(last)
    where y <> '' and length(x) > 1 and ${sur} !~ '[ _]'`;
const bothWays = (fore: Fragment, sur: Fragment, way: number): Fragment =>
  sql`select ${sql.lit(way)} as way, * from (${pairs(fore, sur, isInitial)}) a
      union all select ${sql.lit(way + 1)}, * from (${pairs(sur, fore, (x) => sql`(length(${x}) = 1)`)}) b
      union all select ${sql.lit(way + 1)}, * from (${turned(fore, sur)}) c`;

/**
 * What a register says of a person, an array of texts of the columns that `personLevels` makes and of the postcode as
 * given; the form as given first.
 */
export const personSaid = (postcode: Fragment): Fragment => sql`array(
    select names || '|' || at.place as form from (${bothWays(sql`fore`, sql`sur`, 1)}
      union all ${bothWays(...foldedNames, 3)}) said,
      unnest(place || ${placesSaid(postcode)} || regexp_replace(place, '1(?=..$)', 'L')) with ordinality at(place, nth)
    group by form order by min(array[at.nth, far, way, last_nth, first_nth]), form)`;
