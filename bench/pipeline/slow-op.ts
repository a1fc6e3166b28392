import { readFileSync } from 'node:fs';

/** Bytes of the real `op`, roughly: unpacked to this, its archive has some 25 MB. */
const UNPACKED = 68_000_000;

/**
 * An `op` of the real one's size, for measuring: it answers as one without a network does, but after `OP_LATENCY_MS`, and
 * writes each call that would go to 1Password into `OP_LOG`. `op read` prints the file `OP_KEY_FILE`; `op item get` the
 * files `VAULT/ITEM/LABEL` of the directory `OP_FIELDS`. Perl, as that starts in no time; behind it machine code, which deflates as machine code does.
 */
export function slowOp(version: string): Buffer {
  const script = Buffer.from(SCRIPT.replace('VERSION', version));
  const machineCode = readFileSync(process.execPath).subarray(0, UNPACKED - script.length);
  return Buffer.concat([script, machineCode]);
}

const SCRIPT = String.raw`#!/usr/bin/perl
use strict;
my $words = join ' ', @ARGV;
if ($words eq '--version') { print "VERSION\n"; exit }
if ($words =~ /^env ls/) { $ENV{$_} =~ m{^op://} and print "$_\n" for sort keys %ENV; exit }
open my $log, '>>', $ENV{OP_LOG} or die; print $log "$words\n"; close $log;
select undef, undef, undef, $ENV{OP_LATENCY_MS} / 1000;
if ($words =~ /^account get/) { print qq({"id":"ACCOUNT","state":"ACTIVE"}\n); exit }
if ($words =~ /^item get/) {
  my (undef, undef, $item, %flags) = @ARGV;
  my @fields = map { s/^label=//r } split /,/, $flags{'--fields'};
  my @shown = map { open my $file, '<', "$ENV{OP_FIELDS}/$flags{'--vault'}/$item/$_" or die; <$file> } @fields;
  print @shown == 1 ? $shown[0] : '[' . join(',', @shown) . ']', "\n";
  exit;
}
if ($words =~ /^read/) { open my $key, '<', $ENV{OP_KEY_FILE} or die; print while <$key>; exit }
die "this stand-in does not know: $words\n";
__END__
`;
