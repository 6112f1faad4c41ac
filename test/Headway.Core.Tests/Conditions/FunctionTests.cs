using Xunit;

namespace Headway.Core.Tests.Conditions;

/// <summary>Functions of strings, numbers, times and networks.</summary>
public sealed class FunctionTests
{
    [Theory]
    [InlineData("'héllo🐱'.size()", "6")]
    [InlineData("'tacocat'.charAt(3) + 'ab'.charAt(2)", "\"o\"")]
    [InlineData("'ta©o©αT'.indexOf('©', 3)", "4")]
    [InlineData("'🐱🐱x'.indexOf('x')", "2")]
    [InlineData("'abc'.indexOf('') + 'abc'.indexOf('', 3)", "3")]
    [InlineData("['tacocat'.lastIndexOf('a', 3), 'abc'.lastIndexOf('', 2), ''.lastIndexOf('@@'), "
        + "'abab'.lastIndexOf('ab')]",
        "[1, 2, -1, 2]")]
    [InlineData("'bananananana'.lastIndexOf('nana', 7)", "6")]
    [InlineData("'TacoCÆt'.lowerAscii() + 'tacoCαt'.upperAscii()", "\"tacocÆtTACOCαT\"")]
    [InlineData("'a-b-c'.replace('-', '+', 1) + 'ab'.replace('', '.')", "\"a+b-c.a.b.\"")]
    [InlineData("'ab'.replace('a', 'aa', 0)", "\"ab\"")]
    [InlineData("['a,b,c'.split(','), 'a,b,c'.split(',', 2), 'a'.split(',', 0), '🐱b'.split('')]",
        "[[\"a\", \"b\", \"c\"], [\"a\", \"b,c\"], [], [\"🐱\", \"b\"]]")]
    [InlineData("'tacocat'.substring(4) + 'ta©o'.substring(2, 3)", "\"cat©\"")]
    [InlineData("' \\n\\u2003x\\u200b '.trim()", "\"x\u200b\"")]
    [InlineData("['x', 'y'].join('-') + [].join()", "\"x-y\"")]
    [InlineData("'a🐱c'.reverse()", "\"c🐱a\"")]
    [InlineData("strings.quote('a\"\\n')", "\"\\\"a\\\\\\\"\\\\n\\\"\"")]
    [InlineData("'abc'.charAt(4)", "! index out of range: 4")]
    [InlineData("'abc'.substring(3, 2)", "! invalid substring range. start: 3, end: 2")]
    [InlineData("'abc'.indexOf('a', -1)", "! index out of range: -1")]
    [InlineData("['a', 1].join()", "! no such overload: list.join()")]
    public void Of_strings(string expression, string notation) =>
        Assert.Equal(notation, Evaluations.Notation(expression));

    [Theory]
    [InlineData("%s and %%", "['x']", "x and %")]
    [InlineData("%d %d %d", "[1, -2, 3u]", "1 -2 3")]
    [InlineData("%.3f %f", "[1.2345, 2.71828]", "1.234 2.718280")]
    [InlineData("%.6e %e", "[1052.032911275, 2.71828]", "1.052033e+03 2.718280e+00")]
    [InlineData("%b %o %x %X %x", "[5, 11, 30, 30, 'Hi']", "101 13 1e 1E 4869")]
    [InlineData("%b %x", "[true, -255]", "1 -ff")]
    [InlineData("%s", "[['a', 3.14, null, [9], timestamp(0)]]", "[a, 3.14, null, [9], 1970-01-01T00:00:00Z]")]
    [InlineData("%s", "[{'b': duration('2h'), 'a': b'xyz', 6: true}]", "{6: true, a: xyz, b: 7200s}")]
    [InlineData("%s %f", "[type(1), double('NaN')]", "int NaN")]
    public void Of_formatting(string format, string arguments, string text) =>
        Assert.Equal($"\"{text}\"", Evaluations.Notation($"'{format}'.format({arguments})"));

    [Theory]
    [InlineData("'%a'.format([1])", "could not parse formatting clause: unrecognized formatting clause \"a\"")]
    [InlineData("'%d %d'.format([0])", "index 1 out of range")]
    [InlineData("'%b'.format(['abc'])",
        "error during formatting: only integers and bools can be formatted as binary, was given string")]
    [InlineData("'%e'.format([null])",
        "error during formatting: scientific clause can only be used on doubles, was given null_type")]
    [InlineData("'%.999f'.format([1.0])", "could not parse formatting clause: a precision is a number up to 100")]
    [InlineData("'%'.format([])", "could not parse formatting clause: unexpected end of string")]
    public void Of_formatting_what_does_not_fit(string expression, string says) =>
        Assert.Equal($"! {says}", Evaluations.Notation(expression));

    [Theory]
    [InlineData("'hubba'.matches('ubb') && matches('abc', '^a.c$')", "true")]
    [InlineData("'a\\n'.matches('a$')", "false")]
    [InlineData("'\u0663'.matches('\\\\d')", "false")]
    [InlineData("'é'.matches('^\\\\w$')", "false")]
    [InlineData("'🐱x'.matches('^.x$') && '🐱🐱'.matches('^🐱{2}$')", "true")]
    [InlineData("'a1 '.matches('^[[:alpha:]][\\\\d]\\\\s$')", "true")]
    [InlineData("'ABC'.matches('(?i)b') && 'a\\nb'.matches('(?s)a.b')", "true")]
    [InlineData("'a\\nb'.matches('a.b')", "false")]
    [InlineData("'x=1'.matches('(?P<key>x)=(?P<value>[0-9]+)')", "true")]
    [InlineData("'a.b'.matches('\\\\Qa.b\\\\E') && 'k\\u00e4se'.matches('\\\\pL\\\\x{e4}')", "true")]
    [InlineData("'aa'.matches('(a)\\\\1')", "! '(a)\\1' is not a regular expression: \\1 is not known")]
    [InlineData("'aa'.matches('a(?=b)')", "! 'a(?=b)' is not a regular expression: this kind of group is not known")]
    public void Of_regular_expressions(string expression, string notation) =>
        Assert.Equal(notation, Evaluations.Notation(expression));

    [Theory]
    [InlineData("[math.greatest(1, 2.5, 2u), math.least([3, 1u]), math.greatest(-5)]", "[2.5, 1u, -5]")]
    [InlineData("[math.ceil(-1.2), math.floor(-1.2), math.round(-1.5), math.trunc(1.7)]", "[-1.0, -2.0, -2.0, 1.0]")]
    [InlineData("[math.abs(-11), math.sign(-32.0), math.sign(0u), math.sqrt(81)]", "[11, -1.0, 0u, 9.0]")]
    [InlineData("[math.isNaN(0.0 / 0.0), math.isInf(-1.0 / 0.0), math.isFinite(1.0)]", "[true, true, true]")]
    [InlineData("[math.bitAnd(1, 3), math.bitOr(4, -2), math.bitXor(1u, 3u), math.bitNot(0)]", "[1, -2, 2u, -1]")]
    [InlineData("[math.bitShiftLeft(1, 200), math.bitShiftRight(-1024, 3), math.bitShiftLeft(1u, 2)]", "[0, -128, 4u]")]
    [InlineData("math.abs(-9223372036854775808)", "! return error for overflow: integer overflow")]
    [InlineData("math.bitShiftLeft(1u, -1)", "! math.bitShiftLeft() negative offset: -1")]
    [InlineData("math.ceil(dyn(1))", "! no such overload: math.ceil(int)")]
    [InlineData("math.greatest([])", "! no such overload: math.greatest(list)")]
    public void Of_numbers(string expression, string notation) =>
        Assert.Equal(notation, Evaluations.Notation(expression));

    [Theory]
    [InlineData("int('-5') + int(-7.9) + int(5u) + int(timestamp('1970-01-01T00:00:09Z'))", "2")]
    [InlineData("[uint('3'), uint(3.9), uint(3)]", "[3u, 3u, 3u]")]
    [InlineData("[double('1e3'), double(3), double('-inf')]", "[1000.0, 3.0, double(\"-Infinity\")]")]
    [InlineData("[string(1.5), string(1e6), string(true), string(b'\\303\\277')]",
        "[\"1.5\", \"1000000\", \"true\", \"ÿ\"]")]
    [InlineData("[bool('True'), bool('f')]", "[true, false]")]
    [InlineData("bytes('é')", "b\"\\xc3\\xa9\"")]
    [InlineData("base64.encode(b'hello') + string(base64.decode('aGVsbG8'))", "\"aGVsbG8=hello\"")]
    [InlineData("base64.decode('?')", "! The text is not base64.")]
    [InlineData("int('1.5')", "! Type conversion error: '1.5' is not an int")]
    [InlineData("double('1,5')", "! Type conversion error: '1,5' is not a double")]
    public void Of_conversions(string expression, string notation) =>
        Assert.Equal(notation, Evaluations.Notation(expression));

    [Theory]
    [InlineData("timestamp('2009-02-13T23:31:30.123456789+01:00')", "timestamp(\"2009-02-13T22:31:30.123456789Z\")")]
    [InlineData("cel.bind(t, timestamp('2024-02-29T23:31:30Z'), [t.getFullYear(), t.getMonth(), t.getDate(), "
        + "t.getDayOfMonth(), t.getDayOfWeek(), t.getDayOfYear(), t.getHours(), t.getMinutes(), t.getSeconds()])",
        "[2024, 1, 29, 28, 4, 59, 23, 31, 30]")]
    [InlineData("timestamp('2026-07-01T00:00:00Z').getHours('America/New_York')", "20")]
    [InlineData("timestamp('2026-01-01T00:00:00Z').getFullYear('-00:30')", "2025")]
    [InlineData("timestamp('0001-01-01T00:00:00Z').getFullYear('-01:00')", "0")]
    [InlineData("timestamp('9999-12-31T23:59:59Z').getFullYear('+01:00')", "10000")]
    [InlineData("[duration('1h30m').getMinutes(), duration('1.5s').getMilliseconds(), duration('-90s').getMinutes()]",
        "[90, 500, -1]")]
    [InlineData("duration('1ms') + duration('-0.5us') - duration('1ns')", "duration(\"0.000999499s\")")]
    [InlineData("duration('2562047h47m16.854775807s')", "duration(\"9223372036.854775807s\")")]
    [InlineData("timestamp('9999-12-31T23:59:59Z') + duration('1s')",
        "! range error: a timestamp lies in the years 1 to 9999")]
    public void Of_times(string expression, string notation) =>
        Assert.Equal(notation, Evaluations.Notation(expression));

    [Theory]
    [InlineData("[ip('2001:DB8::68'), ip('0:0:1::'), ip('::'), ip('10.0.0.1')]",
        "[ip(\"2001:db8::68\"), ip(\"0:0:1::\"), ip(\"::\"), ip(\"10.0.0.1\")]")]
    [InlineData("cidr('10.1.0.0/16').containsIP('10.1.2.3') && !cidr('10.1.0.0/16').containsIP(ip('10.2.0.0'))",
        "true")]
    [InlineData("cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16') && !cidr('10.0.0.0/8').containsCIDR('0.0.0.0/0')",
        "true")]
    [InlineData("[cidr('192.168.0.9/24').masked(), cidr('::1/0').masked()]",
        "[cidr(\"192.168.0.0/24\"), cidr(\"::/0\")]")]
    [InlineData("[cidr('10.0.0.0/8').prefixLength(), ip('::1').family(), cidr('10.0.0.0/8').ip().family()]",
        "[8, 6, 4]")]
    [InlineData("ip('::ffff:c0a8:1') == ip('192.168.0.1') && type(ip('::')) == net.IP", "true")]
    [InlineData("[isIP('1.2.3.4'), isIP('1.2.3.04'), isIP('1::2::3'), isIP('1:2:3:4:5:6:7:8'), isCIDR('1.2.3.4/33')]",
        "[true, false, false, true, false]")]
    [InlineData("[ip('127.0.0.1').isLoopback(), ip('fe80::1').isLinkLocalUnicast(), "
        + "ip('ff02::1').isLinkLocalMulticast(), ip('255.255.255.255').isGlobalUnicast(), ip('0.0.0.0').isUnspecified(), ip.isCanonical('2001:DB8::1')]",
        "[true, true, true, false, true, false]")]
    [InlineData("ip('fe80::1%en0')", "! IP Address with zone value is not allowed")]
    [InlineData("ip('::ffff:192.168.0.1')", "! IPv4-mapped IPv6 address is not allowed")]
    [InlineData("cidr('192.168.0.0/')", "! network address parse error during conversion from string: '192.168.0.0/'")]
    public void Of_networks(string expression, string notation) =>
        Assert.Equal(notation, Evaluations.Notation(expression));
}
