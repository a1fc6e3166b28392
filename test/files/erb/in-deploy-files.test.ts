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

/** The result of a template is not worked out: the check reports that, and nothing false about the rest. */
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

test('what a method that is not worked out does, with its block or to its receiver, is not known', () => {
  for (const call of [
    '%w[a b].reverse_each do |host|',
    '%w[a b].each_slice(1) do |host|',
    '{ "a" => 1 }.each_entry do |host|',
    '1.step(2) do |host|',
    '"a".each_line do |host|',
    'hosts = []; %w[a b].each_slice(1) { |some| hosts.concat(some) }; hosts.each do |host|',
    'hosts = []; hosts.insert(0, "a"); hosts.each do |host|',
    'hosts = []; hosts.replace(%w[a]); hosts.each do |host|',
    'hosts = {}; hosts.update("a" => 1) { 2 }; hosts.replace({ "a" => 1 }); hosts.each do |host, _|',
    'hosts = %w[a]; hosts.fill("b"); hosts.each do |host|',
    'hosts = +""; hosts.insert(0, "a"); hosts.split.each do |host|',
  ]) {
    const servers = `servers:\n<% ${call} %>  - <%= host %>\n<% end %>`;
    const files = { ...FILES, 'config/deploy.yml': deployFile('').replace('servers: [192.0.2.7]', servers) };
    assert.notEqual(verdictOf(checkFiles(files)).loads, false, call);
  }
});

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

/** Reads of a file that is not there, and what Ruby does about each. */
const READS = [
  'File.read("absent.txt")',
  'File.read(".ruby-version").strip',
  'File.binread("absent.txt")',
  'File.readlines("absent.txt", chomp: true)',
  'File.foreach("absent.txt") { |line| line }',
  'File.open("absent.txt") { |file| file.read }',
  'File.open("absent.txt", "r:utf-8").read',
  'File.new("absent.txt").gets',
  'File.size("absent.txt")',
  'File.mtime("absent.txt")',
  'File.stat("absent.txt").size',
  'IO.read("absent.txt")',
  'IO.readlines("absent.txt")',
  'open("absent.txt").read',
  'YAML.load_file("absent.yml")["a"]',
  'YAML.safe_load_file("absent.yml")',
  'YAML.load(File.read("config/absent.yml"))',
  'Psych.load_file("absent.yml")',
  'JSON.load_file("absent.json")["version"]',
  'JSON.parse(File.read("absent.json"))["version"]',
  'ERB.new(File.read("absent.yml.erb")).result',
  'Pathname.new("absent.txt").read',
  'Pathname.new("config").join("absent.txt").read',
  'Pathname.new("absent.txt").readlines.first',
  'File.read(File.join("config", "absent.txt"))',
  'File.read(File.expand_path("absent.txt", Dir.pwd))',
  'Dir.children("absent").first',
  'Dir.entries("absent").size',
  '`cat absent.txt`.strip',
  '`cat names.txt`.include?("ALPHA")',
  'File.exist?("absent.txt") ? File.read("absent.txt") : "3.3"',
  '(File.read("absent.txt") rescue "3.3")',
  'begin; File.read("absent.txt"); rescue Errno::ENOENT; "3.3"; end',
  'File.file?("absent.txt")',
  'Pathname.new("absent").exist?',
  'File.read("names.txt").include?("ALPHA")',
];

test('a file that is not there is read by nobody, in a comment neither, as with Kamal', async () => {
  for (const read of READS) {
    for (const line of [`# ruby: <%= ${read} %>`, `labels:\n  ruby: "<%= ${read} %>"`]) {
      const files = { ...FILES, 'config/deploy.yml': deployFile(line) };
      const { exact, loads } = verdictOf(checkFiles(files));
      assert.equal(exact, true, line);
      await agreesWithKamal(judge, files, null, line, { whole: true });
      if (/absent/.test(read) && !/rescue|\?|cat /.test(read)) assert.equal(loads, false, line);
    }
  }
});

test('a file that may be there when Kamal runs is not known, and no error', () => {
  const workflow = (...run: string[]): string =>
    `on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n${[...run, 'kamal deploy'].map((line) => `      - run: ${line}\n`).join('')}`;
  const WAYS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    'git ignores it': { '.gitignore': 'absent.txt\n' },
    'git ignores its folder': { '.gitignore': '/tmp\n', read: 'tmp/absent.txt' },
    'a workflow makes it': { '.github/workflows/deploy.yml': workflow('echo 3.3 > absent.txt') },
    'a workflow makes its folder': {
      '.github/workflows/deploy.yml': workflow('npm run build -- --out dist'),
      read: 'dist/absent.txt',
    },
    'a script makes it': { 'bin/deploy': '#!/bin/sh\necho 3.3 > absent.txt\nkamal deploy\n' },
    'an archive may have it': { '.github/workflows/deploy.yml': workflow('tar xf all.tar') },
    'the template writes it': { before: '<% File.write("absent.txt", "3.3") %>' },
    'a program writes it': { before: '<% `date > absent.txt` %>' },
    'outside of the project': { read: '../absent.txt' },
    'the home folder': { read: '~/absent.txt', by: 'File.read(File.expand_path("~/absent.txt"))' },
    'the environment names it': { by: 'File.read("#{ENV["NAME"]}.txt")' },
  };
  for (const [what, { read = 'absent.txt', by, before = '', ...more }] of Object.entries(WAYS)) {
    const line = `${before}\n# ruby: <%= ${by ?? `File.read("${read}")`} %>`;
    const report = checkFiles({ ...FILES, ...more, 'config/deploy.yml': deployFile(line) });
    assert.equal(verdictOf(report).exact, false, what);
    assert.deepEqual(
      report.findings.filter(({ rule }) => rule === 'deploy-file-invalid'),
      [],
      what,
    );
  }
});
