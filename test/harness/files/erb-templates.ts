/** Templates of Ruby that says on its own what it gives: generated as text. */
import { fc } from '../properties.ts';

const text = fc.constantFrom('a', 'HOST', 'x-1', '', 'two words', 'web.example.com', 'é');
const number = fc.integer({ min: -3, max: 12 });

/** An expression of a kind, as Ruby source. */
export const { anything, statement } = fc.letrec<{
  str: string;
  int: string;
  list: string;
  map: string;
  bool: string;
  anything: string;
  statement: string;
}>((tie) => {
  const str = tie('str');
  const int = tie('int');
  const list = tie('list');
  const map = tie('map');
  const bool = tie('bool');
  const any = tie('anything');
  return {
    str: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.tuple(text, fc.constantFrom('"', "'")).map(([word, quote]) => `${quote}${word}${quote}`),
      fc.tuple(str, str).map(([a, b]) => `${a} + ${b}`),
      fc.tuple(any, text).map(([a, b]) => `"${b}#{${a}}"`),
      fc
        .tuple(
          str,
          fc.constantFrom(
            'upcase',
            'downcase',
            'strip',
            'reverse',
            'capitalize',
            'chomp',
            'squish',
            'to_s',
            'freeze',
            'dup',
            'to_sym',
            'chop',
            'dasherize',
          ),
        )
        .map(([a, m]) => `(${a}).${m}`),
      fc.tuple(str, str, str).map(([a, b, c]) => `(${a}).sub(${b}, ${c})`),
      fc.tuple(str, str).map(([a, b]) => `(text = +""; text << (${a}); text << (${b}); text)`),
      fc.tuple(str).map(([a]) => `(text = (${a}).dup; text.upcase!; text.gsub!("A", "b"); text)`),
      fc.tuple(str).map(([a]) => `(${a}).dup.strip!.inspect`),
      fc.tuple(str).map(([a]) => `(${a}).gsub(/[a-m]/) { |m| m.upcase }`),
      fc.tuple(str).map(([a]) => `(${a}).sub(/(.)(.)/, '<\\\\2\\\\1>')`),
      fc
        .tuple(str, fc.constantFrom('a-z', '^a-z', 'ab', '-_', 'o'))
        .map(([a, b]) => `(${a}).tr("${b}", "_x")`),
      fc.tuple(str, fc.constantFrom('a-z', '^a-z', 'ab')).map(([a, b]) => `(${a}).delete("${b}")`),
      fc.tuple(str).map(([a]) => `((${a}).match(/(?<one>[a-z])(.)?/) || {})[:one].to_s`),
      fc
        .tuple(str, text)
        .map(([a, b]) => `(${a}).partition("${b}").first + (${a}).rpartition("${b || 'x'}").last`),
      fc.tuple(any).map(([a]) => `[${a}].to_json`),
      fc.tuple(any).map(([a]) => `YAML.unsafe_load({ "x" => [${a}] }.to_yaml).inspect`),
      fc.tuple(list).map(([a]) => `JSON.parse((${a}).to_json).inspect`),
      fc.tuple(str, text, text).map(([a, b, c]) => `(${a}).gsub("${b}", '${c}')`),
      fc.tuple(list, text).map(([a, b]) => `(${a}).join("${b}")`),
      fc.tuple(bool, str, str).map(([a, b, c]) => `((${a}) ? ${b} : ${c})`),
      fc.tuple(str, number).map(([a, n]) => `(${a})[${n}].to_s`),
      fc.tuple(str, number, number).map(([a, n, m]) => `(${a})[${n}..${m}].to_s`),
      fc.tuple(str, str).map(([a, b]) => `format("%s-%-4s|", ${a}, ${b})`),
      fc.tuple(str).map(([a]) => `(${a}).presence.to_s`),
      fc.tuple(str, text).map(([a, b]) => `(${a}).delete_prefix("${b}").delete_suffix("${b}")`),
      fc.tuple(number, str).map(([n, a]) => `%w[one two three][${n}].to_s + ${a}`),
      fc.constant('ENV.fetch("NOT_SET_ANYWHERE", "fallback")'),
    ),
    int: fc.oneof(
      { depthSize: 'small' },
      number.map((n) => String(n)),
      fc.tuple(int, fc.constantFrom('+', '-', '*'), int).map(([a, o, b]) => `(${a}) ${o} (${b})`),
      fc
        .tuple(int, fc.constantFrom('/', '%'), fc.constantFrom('2', '3', '-2'))
        .map(([a, o, b]) => `(${a}) ${o} ${b}`),
      str.map((a) => `(${a}).length`),
      list.map((a) => `(${a}).size`),
      fc.tuple(bool, int).map(([a, b]) => `(if ${a} then ${b} else 0 end)`),
      str.map((a) => `(${a}).to_i`),
    ),
    list: fc.oneof(
      { depthSize: 'small' },
      fc.array(any, { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
      fc.constant('%w[a b c]'),
      fc.constant('%i(a b)'),
      fc.tuple(str, text).map(([a, b]) => `(${a}).split("${b === '' ? ',' : b}")`),
      fc
        .tuple(list, fc.constantFrom('reverse', 'uniq', 'compact', 'flatten', 'to_a'))
        .map(([a, m]) => `(${a}).${m}`),
      fc.tuple(list, any).map(([a, b]) => `(${a}).map { |x| ${b} }`),
      list.map((a) => `(${a}).map { |x| x.to_s }`),
      list.map((a) => `(${a}).map(&:to_s).sort`),
      fc.tuple(list, bool).map(([a, b]) => `(${a}).select { |x| ${b} }`),
      fc.tuple(list, list, fc.constantFrom('+', '-', '|', '&')).map(([a, b, o]) => `(${a}) ${o} (${b})`),
      map.map((a) => `(${a}).keys`),
      str.map((a) => `(${a}).scan(/[a-z]/)`),
      list.map((a) => `(${a}).map.with_index { |x, i| "#{i}#{x}" }`),
      list.map((a) => `(${a}).group_by { |x| x.to_s.length }.keys`),
      list.map((a) => `(${a}).partition { |x| x.to_s.length > 1 }`),
      list.map((a) => `(${a}).take_while { |x| x.to_s.length < 3 }`),
      list.map((a) => `(${a}).each_slice(2).to_a`),
      list.map((a) => `(${a}).each_cons(2).to_a`),
      fc.tuple(list, list).map(([a, b]) => `(${a}).product(${b})`),
      fc.tuple(list, any).map(([a, b]) => `(${a}).dup.tap { |l| l.delete(${b}) }`),
      list.map((a) => `(${a}).map(&:to_s).grep(/[a-m]/)`),
      list.map((a) => `(${a}).tally.to_a`),
      list.map((a) => `(first, *rest = *(${a}); rest)`),
      fc.constant('("a".."d").to_a'),
      fc.tuple(list, list).map(([a, b]) => `(${a}).dup.tap { |l| (${b}).each { |x| l << x } }`),
      fc.tuple(list, list).map(([a, b]) => `(held = (${a}).dup; held.concat(${b}); held)`),
      list.map((a) => `(held = (${a}).dup; held.map!(&:to_s); held.sort!; held.uniq!; held)`),
      list.map((a) => `(held = (${a}).dup; other = held.dup; other << 1; held)`),
      map.map((a) => `(${a}).map { |k, v| "#{k}:#{v}" }`),
      fc.constant('(1..3).to_a'),
      list.map((a) => `(${a}).each_with_index.map { |x, i| "#{i}#{x}" }`),
    ),
    map: fc.oneof(
      { depthSize: 'small' },
      fc
        .array(fc.tuple(fc.constantFrom('a: ', '"b" => ', ':c => ', 'd: '), any), { maxLength: 3 })
        .map((pairs) => `{ ${pairs.map(([k, v]) => k + v).join(', ')} }`),
      fc.tuple(map, map).map(([a, b]) => `(${a}).merge(${b})`),
      map.map((a) => `(${a}).transform_values { |v| v.to_s }`),
      map.map((a) => `(${a}).reject { |k, v| v.nil? }`),
    ),
    bool: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom('true', 'false', 'nil', 'nil.nil?'),
      fc
        .tuple(int, fc.constantFrom('<', '>', '==', '!=', '>='), int)
        .map(([a, o, b]) => `(${a}) ${o} (${b})`),
      fc.tuple(any, any).map(([a, b]) => `(${a}) == (${b})`),
      fc.tuple(str, text).map(([a, b]) => `(${a}).include?("${b}")`),
      fc.tuple(str, text).map(([a, b]) => `(${a}).start_with?("${b}")`),
      fc.tuple(list, any).map(([a, b]) => `(${a}).include?(${b})`),
      fc.tuple(any, fc.constantFrom('nil?', 'present?', 'blank?')).map(([a, m]) => `(${a}).${m}`),
      fc.tuple(bool, fc.constantFrom('&&', '||', 'and', 'or'), bool).map(([a, o, b]) => `(${a} ${o} ${b})`),
      bool.map((a) => `!(${a})`),
      fc
        .tuple(str)
        .map(([a]) => `((${a}) =~ /^[a-z]+$/) ? true : false`)
        .map((a) => `(${a})`),
    ),
    anything: fc.oneof(
      { depthSize: 'small' },
      str,
      int,
      bool,
      list,
      map,
      fc.constantFrom(
        'nil',
        ':sym',
        '"x"',
        '@shared',
        'undefined_thing',
        '1.5',
        'local',
        '@shared&.length',
        'nil.strip',
        '(local || "other")',
      ),
      map.map((a) => `(${a})[:a]`),
      map.map((a) => `(${a}).fetch("b", "none")`),
      map.map((a) => `(${a}).dig(:a, 0)`),
      list.map((a) => `(${a}).first`),
      fc.tuple(any, any).map(([a, b]) => `(${a} || ${b})`),
      fc
        .tuple(any, str, str)
        .map(([a, b, c]) => `(case ${a} when "a", :sym then ${b} when nil then "nil" else ${c} end)`),
      fc.tuple(any, any).map(([a, b]) => `(begin; ${a}; rescue; ${b}; end)`),
      fc.tuple(str, str).map(([a, b]) => `(->(x) { x + ${b} }).call(${a})`),
      fc.tuple(list).map(([a]) => `(${a}).inject("") { |sum, x| sum + x.to_s }`),
    ),
    statement: fc.oneof(
      any.map((a) => `local = ${a}`),
      any.map((a) => `@shared = ${a}`),
      any.map((a) => `local ||= ${a}`),
      str.map((a) => `def helper(x = ${a})\n  "<#{x}>"\nend`),
      fc.tuple(any, any).map(([a, b]) => `local, other = ${a}, ${b}`),
      fc.tuple(any, bool).map(([a, b]) => `local = ${a} if ${b}`),
      fc.constant('ENV["MADE_UP"] = "made up"'),
      fc.constant('raise ArgumentError, "no"'),
      fc.constant('# just a note\n'),
      fc.constant('x = %w[a b]; x << "c"; local = x.last'),
      str.map((a) => `local = <<~TEXT\n  first\n    second\nTEXT\nlocal += ${a}`),
    ),
  };
});

const line = fc.constantFrom(
  'key: ',
  'plain text',
  '  - ',
  '\n',
  '\n  ',
  '"',
  '<%% not a tag',
  ' %%>',
  '# note',
  '\r\n',
  '-%>',
);

/** A whole template: lines, expressions, statements, conditions and loops. */
export const template: fc.Arbitrary<string> = fc.letrec<{ part: string; whole: string }>((tie) => {
  const whole = tie('whole');
  const open = fc.constantFrom('<% ', '<%- ', '  <%- ', '\n  <%- ');
  const close = fc.constantFrom(' %>', ' -%>', ' -%>\n', ' %>\n');
  const tag = (code: fc.Arbitrary<string>): fc.Arbitrary<string> =>
    fc.tuple(open, code, close).map((each) => each.join(''));
  return {
    part: fc.oneof(
      { depthSize: 'small' },
      { weight: 4, arbitrary: line },
      { weight: 4, arbitrary: fc.tuple(anything, close).map(([code, end]) => `<%= ${code}${end}`) },
      { weight: 3, arbitrary: tag(statement) },
      { weight: 1, arbitrary: fc.constant('<%# a comment %>\n') },
      { weight: 1, arbitrary: fc.constant('<%= helper %>') },
      {
        weight: 1,
        arbitrary: fc
          .tuple(
            tag(anything.map((a) => `if ${a}`)),
            whole,
            tag(fc.constant('else')),
            whole,
            tag(fc.constant('end')),
          )
          .map((each) => each.join('')),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(tag(anything.map((a) => `unless ${a}`)), whole, tag(fc.constant('end')))
          .map((each) => each.join('')),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(
            tag(
              fc.constantFrom(
                '%w[a b].each do |x|',
                '[1, 2].each_with_index do |x, i|',
                '{ a: 1 }.each do |k, v|',
                '3.times do |i|',
              ),
            ),
            whole,
            fc.constantFrom('', '<%= x %>', '<%= i %>'),
            tag(fc.constant('end')),
          )
          .map((each) => each.join('')),
      },
    ),
    whole: fc.array(tie('part'), { maxLength: 5 }).map((parts) => parts.join('')),
  };
}).whole;
