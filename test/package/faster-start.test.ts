import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inAscii, withFunctionsInParentheses } from '../../bin/faster-start.ts';

/** Each kind of function that a bundle can hold, called before and after its declaration, with names and `this`. */
const MODULE = `import{sep}from"node:path";
const early=declared(1)+hoisted\`x\`;
function declared(a){const inner=b=>a+b;function local(c){return inner(c)}return local(2)}
async function later(){return declared(3)}
function*numbers(){yield*[1,2].map(each=>each*2)}
async function*asyncNumbers(){yield declared(4)}
function hoisted(parts){return parts.length}
const unnamed=x=>({x,twice:()=>x*2});
const object={plain(){return this.value},async waits(){return this.value},*many(){yield this.value},async*["of"+"both"](){yield this.value},["com"+"puted"](){return 5},async async(){return 14},*of(){yield 15},get got(){return this.value},set got(value){this.value=value},arrow:()=>7,value:6,"quoted name"(){return 8},9(){return 9}};
class Base{field=()=>this.own;own=10;#hidden(){return 11}method(){return this.#hidden()}static made(){return new this}}
class Derived extends Base{method(){return super.method()+1}}
const called=(function(){return 12})();
const tagged=[3,1,2].sort((a,b)=>a-b);
const names=[declared.name,unnamed.name,object.plain.name,object.arrow.name,later.name,(()=>{}).name];
object.got=13;
const all=[];for await(const each of asyncNumbers())all.push(each);
export const result=JSON.stringify([early,await later(),[...numbers()],all,unnamed(2).twice(),object.plain(),await object.waits(),[...object.many()],object.computed(),await object.async(),[...object.of()],await Array.fromAsync(object.ofboth()),object.got,object.arrow(),object["quoted name"](),object[9](),new Base().field(),Derived.made().method(),called,tagged,names,typeof sep,declared.length]);
export{declared as exported,later};
`;

test('functions in parentheses do what they did', async () => {
  const rewritten = withFunctionsInParentheses(MODULE);
  assert.match(rewritten, /const declared=\(function declared\(a\)/);
  assert.match(rewritten, /plain:\(function\(\)\{/);
  assert.match(rewritten, /,many:\(function\*\(\)\{/);
  assert.match(rewritten, /,waits:\(async function\(\)\{/);
  const [before, after] = await Promise.all([load(MODULE), load(rewritten)]);
  assert.equal(after.result, before.result);
  assert.deepEqual(Object.keys(after).sort(), Object.keys(before).sort());
});

test('functions that are not wanted stay as they are', () => {
  const wanted = MODULE.indexOf('function declared');
  const rewritten = withFunctionsInParentheses(MODULE, (start) => start === wanted);
  assert.match(rewritten, /const declared=\(function declared/);
  assert.equal(rewritten.replace(/const declared=\((.*)\);(?=\n)/, '$1').length, MODULE.length);
  assert.equal(
    withFunctionsInParentheses(MODULE, () => false),
    MODULE,
  );
});

test('code in ASCII does what it did', async () => {
  const code =
    'export const result=JSON.stringify(["“”",`é${/^[“-”😀]$/u.test("😀")}`,/[–]/.source.length>1])';
  const rewritten = inAscii(code);
  assert.match(rewritten, /^[\0-\x7F]*$/);
  assert.equal((await load(rewritten)).result, (await load(code)).result);
  assert.throws(() => inAscii('String.raw`é`'), /cannot be written in ASCII/);
  assert.throws(() => inAscii('/\\é/'), /cannot be written in ASCII/);
});

async function load(code: string): Promise<{ readonly result: string }> {
  return import(`data:text/javascript,${encodeURIComponent(code)}`);
}
