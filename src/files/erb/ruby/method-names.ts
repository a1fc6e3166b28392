/**
 * The names of the methods that values have in Kamal's process when it reads the deploy file (Kamal 2.12.0, Ruby 3.1 to
 * 3.4). A call of any other raises.
 */
import type { Value } from './values.ts';

function names(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/u));
}

const ANY = names(`
  blank? class clone define_singleton_method display dup enum_for eql? equal? extend freeze frozen? hash in? inspect
  instance_eval instance_exec instance_of? instance_variable_defined? instance_variable_get instance_variable_set
  instance_variables is_a? itself kind_of? method methods nil? object_id presence presence_in present?
  private_methods protected_methods public_method public_methods public_send remove_instance_variable respond_to?
  send singleton_class singleton_method singleton_methods taint tainted? tap then to_enum to_json to_param to_query
  to_s to_yaml trust try try! untaint untrust untrusted? yield_self instance_values __id__ __send__`);

const OWN: Readonly<Record<string, ReadonlySet<string>>> = {
  string: names(`
    append_as_bytes ascii_only? b between? byteindex byterindex bytes bytesize byteslice bytesplice camelcase
    camelize capitalize capitalize! casecmp casecmp? center chars chomp chomp! chop chop! chr clamp classify clear
    codepoints concat constantize count crypt dasherize deconstantize dedup delete delete! delete_prefix
    delete_prefix! delete_suffix delete_suffix! demodulize downcase downcase! downcase_first dump each_byte
    each_char each_codepoint each_grapheme_cluster each_line empty? encode encode! encoding end_with? force_encoding
    foreign_key getbyte grapheme_clusters gsub gsub! hex humanize include? index inquiry insert intern is_utf8?
    length lines ljust lstrip lstrip! match match? mb_chars next next! oct ord parameterize partition pluralize
    prepend replace reverse reverse! rindex rjust rpartition rstrip rstrip! safe_constantize scan scrub scrub!
    setbyte shellescape shellsplit singularize size slice slice! split squeeze squeeze! start_with? strip strip! sub
    sub! succ succ! sum swapcase swapcase! tableize titlecase titleize to_c to_f to_i to_json_raw to_json_raw_object
    to_r to_str to_sym tr tr! tr_s tr_s! underscore undump unicode_normalize unicode_normalize! unicode_normalized?
    unpack unpack1 upcase upcase! upcase_first upto valid_encoding?`),
  symbol: names(`
    between? capitalize casecmp casecmp? clamp downcase empty? encoding end_with? id2name intern length match match?
    name next size slice start_with? succ swapcase to_proc to_sym upcase`),
  array: names(`
    all? any? append assoc at bsearch bsearch_index chain chunk chunk_while clear collect collect! collect_concat
    combination compact compact! compact_blank compact_blank! concat count cycle deconstruct delete delete_at
    delete_if detect difference dig drop drop_while each each_cons each_entry each_index each_slice each_with_index
    each_with_object empty? entries exclude? excluding extract_options! fetch fetch_values fill filter filter!
    filter_map find find_all find_index first flat_map flatten flatten! freeze grep grep_v group_by in_order_of
    include? including index index_by index_with inject insert intersect? intersection join keep_if last lazy length
    many? map map! max max_by maximum member? min min_by minimum minmax minmax_by none? one? pack partition
    permutation pick pluck pop prepend product push rassoc reduce reject reject! repeated_combination
    repeated_permutation replace reverse reverse! reverse_each rindex rotate rotate! sample select select! shelljoin
    shift shuffle shuffle! size slice slice! slice_after slice_before slice_when sole sort sort! sort_by sort_by!
    sum take take_while tally to_a to_ary to_formatted_s to_fs to_h to_sentence to_set to_xml transpose union uniq
    uniq! unshift values_at without zip`),
  hash: names(`
    all? any? assert_valid_keys assoc chain chunk chunk_while clear collect collect_concat compact compact!
    compact_blank compact_blank! compare_by_identity compare_by_identity? count cycle deconstruct_keys deep_merge
    deep_merge! deep_merge? deep_stringify_keys deep_stringify_keys! deep_symbolize_keys deep_symbolize_keys!
    deep_transform_keys deep_transform_keys! default default= default_proc default_proc= delete delete_if detect dig
    drop drop_while each each_cons each_entry each_key each_pair each_slice each_value each_with_index
    each_with_object empty? entries except except! exclude? excluding extract! fetch fetch_values filter filter!
    filter_map find find_all find_index first flat_map flatten grep grep_v group_by has_key? has_value? in_order_of
    include? including index_by index_with inject invert keep_if key key? keys lazy length many? map max max_by
    maximum member? merge merge! min min_by minimum minmax minmax_by none? one? partition pick pluck rassoc reduce
    rehash reject reject! replace reverse_each select select! shift size slice slice! slice_after slice_before
    slice_when sole sort sort_by store stringify_keys stringify_keys! sum symbolize_keys symbolize_keys! take
    take_while tally to_a to_h to_hash to_options to_options! to_proc to_set transform_keys transform_keys!
    transform_values transform_values! uniq update value? values values_at without zip`),
  integer: names(`
    abs abs2 allbits? angle anybits? arg between? bit_length ceil ceildiv chr clamp coerce conj conjugate
    denominator digits div divmod downto even? fdiv finite? floor gcd gcdlcm i imag imaginary infinite? integer? lcm
    magnitude modulo negative? next nobits? nonzero? numerator odd? ord phase polar positive? pow pred quo
    rationalize real real? rect rectangular remainder round singleton_method_added size step succ times to_bn to_c
    to_f to_i to_int to_r truncate upto zero?`),
  ENV: names(`
    all? any? assoc chain chunk chunk_while clear collect collect_concat compact compact_blank count cycle delete
    delete_if detect drop drop_while each each_cons each_entry each_key each_pair each_slice each_value
    each_with_index each_with_object empty? entries except exclude? excluding fetch filter filter! filter_map find
    find_all find_index first flat_map grep grep_v group_by has_key? has_value? in_order_of include? including
    index_by index_with inject invert keep_if key key? keys lazy length many? map max max_by maximum member? merge!
    min min_by minimum minmax minmax_by none? one? partition pick pluck rassoc reduce rehash reject reject! replace
    reverse_each select select! shift size slice slice_after slice_before slice_when sole sort sort_by store sum
    take take_while tally to_a to_h to_hash to_set uniq update value? values values_at without zip`),
};

/** Whether a value certainly has no method of a name. Not for operators and assignments. */
export function lacksMethod(value: Value, name: string): boolean {
  const own = OWN[value.type === 'object' ? value.name : value.type];
  return own !== undefined && /^[a-z_]\w*[?!]?$/u.test(name) && !own.has(name) && !ANY.has(name);
}
