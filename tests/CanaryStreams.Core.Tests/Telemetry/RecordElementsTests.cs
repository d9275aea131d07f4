using System.Text;
using System.Text.Json;
using CanaryStreams.Core.Telemetry;
using FsCheck;
using FsCheck.Fluent;

namespace CanaryStreams.Core.Tests.Telemetry;

public class RecordElementsTests
{
    [Theory]
    [InlineData("""{"a":1}""", """{"a":1}""")]
    [InlineData("""  {"a":[{"b":1}]}  """, """{"a":[{"b":1}]}""")]
    [InlineData("""[{"a":1}, {"a":2}]""", """{"a":1}""", """{"a":2}""")]
    [InlineData("{\"a\":1}\n{\"a\":2}\r\n", """{"a":1}""", """{"a":2}""")]
    [InlineData("""[{"a":1}] {"a":2}""", """{"a":1}""", """{"a":2}""")]
    [InlineData("""[[{"a":1}],7,"x",null]""", """[{"a":1}]""", "7", "\"x\"", "null")]
    public void Of_OneOrMany_EachByItsOwnBytes(string record, params string[] elements) =>
        Split(record).ShouldBe(elements);

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("[]")]
    [InlineData("""{"a":1""")]
    [InlineData("""{"a":1} {"a":""")]
    [InlineData("""[{"a":1},]""")]
    [InlineData("""{"a":1}]""")]
    [InlineData("cpu,app=shop value=1 1700000000000000000")]
    public void Of_BrokenAnywhereOrEmpty_IsOneElement(string record) => Split(record).ShouldBe([record]);

    [Fact]
    public void Of_TooDeep_IsOneElement()
    {
        var deep = new string('[', 100) + new string(']', 100);

        Split(deep).ShouldBe([deep]);
    }

    [Fact]
    public void Of_WhatASerializerWrote_ComesBackWhole() =>
        Check.QuickThrowOnFailure(
            Prop.ForAll(
                ArbMap.Default.ArbFor<string[]>(),
                texts =>
                {
                    var elements = texts.Select(text => JsonSerializer.Serialize(new { text })).ToArray();
                    var array = Split($"[{string.Join(',', elements)}]");
                    var lines = Split(string.Join('\n', elements));
                    return elements.Length == 0 || (array.SequenceEqual(elements) && lines.SequenceEqual(elements));
                }
            )
        );

    private static string[] Split(string record) =>
        [.. RecordElements.Of(Encoding.UTF8.GetBytes(record)).Select(element => Encoding.UTF8.GetString(element.Span))];
}
