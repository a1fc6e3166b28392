import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { agreesWithKamal, checkFiles, verdictOf } from '../../harness/parity/agreement.ts';
import { Judge } from '../../harness/kamal/judge.ts';

const judge = new Judge();
after(() => judge.stop());

const FILES = {
  '.kamal/secrets': 'ALPHA=1\nBRAVO=2\nCHARLIE=3\nTOKEN=4\n',
  'names.txt': 'ALPHA\nBRAVO\n',
  'names.yml': 'secret: [ALPHA, BRAVO]\n',
  'names.json': '{"secret": ["ALPHA", "NOWHERE"]}',
};

function deployFile(template: string): string {
  return `service: shop\nimage: acme/shop\nservers: [192.0.2.7]\nregistry: {username: acme, password: [TOKEN]}\nbuilder: {arch: amd64}\n${template}\n`;
}

const each = (list: string): string =>
  `env:\n  secret:\n<% ${list}.each do |name| %>    - <%= name %>\n<% end %>`;

/** Templates that are known for certain although nothing is run. */
const KNOWN: Readonly<Record<string, string>> = {
  'a method named like a keyword': `env:\n  secret:\n    - <%= "x".nil? ? "BRAVO" : "ALPHA" %>`,
  'a condition that ends in nil?': `env:\n  secret:\n    - ALPHA\n<% unless "x".nil? %>\n    - NOWHERE\n<% end %>`,
  'a constant that is not there': `env:\n  clear:\n    HOST: <%= HOSTNAME %>`,
  'Rails, which Kamal does not load': `env:\n  clear:\n    MODE: <%= Rails.env %>`,
  'a question about Rails': `env:\n  secret:\n    - <%= defined?(Rails) ? "NOWHERE" : "ALPHA" %>`,
  'a method that the environment lacks': `env:\n  clear:\n    HOST: <%= ENV.fetc("HOST") %>`,
  'a method that texts have in Rails alone': `env:\n  clear:\n    HOST: <%= "a  b".squish %>`,
  'a method that numbers have in Rails alone': `drain_timeout: <%= 5.minutes %>`,
  'a file of Ruby that is not there': `<% require_relative "lib/hosts" %>`,
  'another, by its whole path': `<% require File.expand_path("lib/hosts.rb", Dir.pwd) %>`,
  'a list taken apart': `<% first, *rest = %w[ALPHA BRAVO NOWHERE] %>\nenv:\n  secret: <%= rest %>`,
  'a block for a method': `<% def twice(name)\n  yield name\n  yield "#{name}_2"\nend %>\nenv:\n  secret:\n<% twice("ALPHA") do |n| %>    - <%= n %>\n<% end %>`,
  'a comment over lines': `<%\n=begin\nenv ( [ do\n=end\n%>\nenv:\n  secret: [ALPHA]`,
  'items with their number': `env:\n  secret: <%= %w[ALPHA BRAVO].map.with_index { |n, i| "#{n}_#{i}" } %>`,
  'an item taken out': `<% names = %w[ALPHA NOWHERE]; names.delete("NOWHERE") %>\nenv:\n  secret: <%= names %>`,
  'a text that grows': `<% names = +""; %w[ALPHA BRAVO].each { |n| names << "    - #{n}\\n" } %>\nenv:\n  secret:\n<%= names %>`,
  'a copy that grows': `<% few = %w[ALPHA]; many = few.dup; many << "NOWHERE" %>\nenv:\n  secret: <%= few %>`,
  'output besides': `<% $stderr.puts "hello" %>\nenv:\n  secret: [ALPHA]`,
};

for (const [what, template] of Object.entries(KNOWN)) {
  test(`${what}: known, and as Kamal has it`, async () => {
    const files = { ...FILES, 'config/deploy.yml': deployFile(template) };
    assert.equal(verdictOf(checkFiles(files)).exact, true);
    await agreesWithKamal(judge, files, null, what);
  });
}

/** What a template gives is not worked out: the check says so, and says nothing false of the rest. */
const NOT_KNOWN: Readonly<Record<string, string>> = {
  'names from a YAML file': each('YAML.load_file("names.yml").fetch("secret")'),
  'names from YAML with symbols': each(
    'YAML.safe_load(File.read("names.yml"), symbolize_names: true)[:secret]',
  ),
  'names from a JSON file': each('JSON.parse(File.read("names.json"))["secret"]'),
  'names from a text file': each('File.readlines("names.txt", chomp: true)'),
  'names of the secrets file by scan': each(
    '(File.read(".kamal/secrets").scan(/^([A-Z]+)=/).flatten - ["TOKEN"])',
  ),
  'names of the secrets file by partition': each(
    'File.foreach(".kamal/secrets").map { |l| l.partition("=").first }.first(2)',
  ),
  'a list as JSON': `env:\n  secret: <%= %w[ALPHA NOWHERE].to_json %>`,
  'a section as JSON': `env: <%= { secret: ["ALPHA"] }.to_json %>`,
  'a section as YAML': `<%= { "env" => { "secret" => ["ALPHA", "B C"] } }.to_yaml.sub("---\\n", "") %>`,
  'a text changed in place': `<% name = +"NOWHERE"; name.gsub!("NOWHERE", "ALPHA") %>\nenv:\n  secret: [<%= name %>]`,
  'a list changed in place': `<% names = %w[NOWHERE ALPHA]; names.delete_at(0) %>\nenv:\n  secret: <%= names %>`,
  'a hash changed in place': `<% e = { "secret" => ["NOWHERE"] }; e.transform_values! { |v| ["ALPHA"] } %>\nenv: <%= e %>`,
  'a sum': `env:\n  secret: ["<%= 1 + 1 == 2 ? "ALPHA" : "NOWHERE" %>"]`,
  'a comparison': `env:\n  secret: ["<%= 2 > 1 ? "ALPHA" : "NOWHERE" %>"]`,
  'a count that grows': `<% n = 0; 3.times { n += 1 } %>\nenv:\n  secret: ["<%= n == 3 ? "ALPHA" : "NOWHERE" %>"]`,
  'a text by format': `env:\n  secret: [<%= format("%s", "ALPHA") %>, <%= "%sO" % "BRAV" %>]`,
  'a text translated': `env:\n  secret: [<%= "alpha".tr("a-z", "A-Z") %>]`,
  'a list grouped': `env:\n  secret: <%= %w[ALPHA BRAVO].each_slice(1).map(&:first) %>`,
};

for (const [what, template] of Object.entries(NOT_KNOWN)) {
  test(`${what}: not known, and nothing false is said`, async () => {
    const files = { ...FILES, 'config/deploy.yml': deployFile(template) };
    assert.equal(verdictOf(checkFiles(files)).exact, false);
    const said = checkFiles(files).findings.filter(({ severity }) => severity === 'error');
    assert.deepEqual(said, []);
  });
}

test('what only a run can tell is not said to be certain', () => {
  for (const template of [
    'env:\n  secret: <%= ["ALPHA", ENV["MORE"]] %>',
    'env:\n  secret: [<%= "#{[ENV["MORE"]]}" %>]',
    '<% name = "ALPHA"; name = "BRAVO" if ENV["OTHER"] %>\nenv:\n  secret: [<%= name %>]',
    '<% names = %w[ALPHA]; names << "BRAVO" if ENV["OTHER"] %>\nenv:\n  secret: <%= names %>',
    '<% name = "BRAVO" if ENV["OTHER"] %>\nenv:\n  secret: [ALPHA<%= name %>]',
    '<% require "some_gem_of_the_project" %>\nenv:\n  secret: [ALPHA]',
  ]) {
    const files = { ...FILES, 'config/deploy.yml': deployFile(template) };
    assert.equal(verdictOf(checkFiles(files)).exact, false, template);
  }
});
