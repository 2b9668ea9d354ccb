// Names that break things: apostrophes of both kinds, accents, spaces, hyphens, two letters, capitals inside.
type Names = readonly [string, ...string[]];

const names = (first: string, ...rest: readonly string[]): Names => {
  const [one = '', ...others] = [first, ...rest].join(', ').split(', ');
  return [one, ...others];
};

export const forenamesOfWomen = names(
  'Aisha, Zoë, Siân, Niamh, Grace, Chloë, Renée, Małgorzata, Priya, Mary Ann, Joan, Wei, Ffion, Élodie, Harriet',
  'Ngozi, Saoirse, Elspeth, Amy-Leigh, Bo, Dorothy, Imogen, Samira, Agnieszka, Beatrix, Tamsin, Oluwaseun, Ruth',
);

export const forenamesOfMen = names(
  'Oliver, José, Łukasz, Tomás, Jürgen, Mohammed, Seán, Owain, Dmitri, Jean-Luc, Harjit, Kwame, Rhodri, Søren, Al',
  'Desmond, Iain, Nathaniel, Béla, Xiaoming, Bartholomew, Clive, Tariq, Hamish, Gareth, Ignacy, Winston, Ravi',
);

export const surnames = names(
  "O’Neill, O'Neill, D'Arcy, Smith, Jones, Patel, Khan, Nowak, Müller, García, Núñez, Ó Briain, van der Berg",
  'Smith-Jones, MacDonald, Mcdonald, St. John, Ng, Wójcik, Okonkwo, Singh, Kaur, Evans, Fitzpatrick, Ashby, Barnwell',
  'Coldicott, Dunsmore, Eathorpe, Fillongley, Grandborough, Harbury, Ilmington, Kineton, Lapworth, Mappleborough',
  'Napton, Offchurch, Priors, Quinton, Ratley, Snitterfield, Tysoe, Ufton, Wellesbourne, Alveston, Brailes, Claverdon',
  'Dordon, Ettington, Farnborough, Gaydon, Hampton Lucy, Kenilworth, Ladbroke, Marton, Newbold, Oxhill, Preston Bagot',
);

export const trades = names('Bakery, Garage, Newsagent, Farm Supplies, Hardware, Taxis, Dental Practice');

export const publicBodies = names('Borough Council, County Council, NHS Trust, Fire and Rescue Service');

/** The part of an e-mail address before the @. */
export const ascii = (name: string): string =>
  name
    .normalize('NFD')
    .replaceAll(/[łŁ]/g, 'l')
    .replaceAll('ø', 'o')
    .replaceAll(/[^A-Za-z]/g, '')
    .toLowerCase();
