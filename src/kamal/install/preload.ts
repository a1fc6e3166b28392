import { textBeside } from '../../base/text-beside.ts';

/**
 * Ruby code that is loaded into `gem install` before its work: what RubyGems does one after another is done in parallel.
 *
 * - A gem's extension is compiled by its own process while the other gems are unpacked, its files at the same time
 *   (which RubyGems does on its own since 4.0). `gem install` ends when all are compiled, and fails where one was not.
 * - What the gems of one level depend on is asked for together, and there are as many connections as downloads that
 *   RubyGems makes at a time; else they wait for each other.
 *
 * Written against RubyGems 3.3 (lib/rubygems: ext/builder.rb, resolver/api_set.rb, request/http_pool.rb), tried up to
 * 4.0. If one of these methods is missing, that part is done as always. What is checked (checksums, signatures,
 * versions) stays RubyGems' own.
 */
export const INSTALL_PRELOAD = textBeside(import.meta.url, './preload.rb');
