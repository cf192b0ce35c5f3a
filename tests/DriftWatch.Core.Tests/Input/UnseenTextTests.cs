using System.Globalization;
using System.Text;
using Xunit;

namespace DriftWatch.Core.Input;

/// <summary>Every character there is, held against what Unicode says of it.</summary>
public class UnseenTextTests
{
    private static readonly HashSet<UnicodeCategory> Unseen = [UnicodeCategory.Control, UnicodeCategory.Format, UnicodeCategory.LineSeparator, UnicodeCategory.ParagraphSeparator];

    [Fact]
    public void EveryCharacterIsJudgedByItsCategory()
    {
        int unseen = 0;
        for (int code = 0; code <= 0x10FFFF; code++)
        {
            if (!Rune.IsValid(code)) continue;
            string name = "m" + char.ConvertFromUtf32(code) + "1";
            bool expected = Unseen.Contains(CharUnicodeInfo.GetUnicodeCategory(code));
            Assert.True(expected == UnseenText.IsIn(name), $"U+{code:X4}");
            Assert.Equal(expected && code is not (0x200C or 0x200D) ? "m?1" : name, UnseenText.Show(name));
            if (expected) unseen++;
        }

        Assert.InRange(unseen, 200, 300);
    }

    [Theory]
    [InlineData('\u001b'), InlineData('\n'), InlineData('\u202e'), InlineData('\u2066'), InlineData('\u200b'), InlineData('\ufeff'), InlineData('\u00ad'), InlineData('\u200d'), InlineData('\u2029')]
    public void WhatForgesLinesAndNamesIsAmongThem(char character) => Assert.True(UnseenText.IsIn($"fraud{character}"));

    [Theory]
    [InlineData("fraud v1.2-é"), InlineData("مدل"), InlineData("模型"), InlineData("😀"), InlineData("")]
    public void WhatIsSeenStaysTheSameString(string name) => Assert.Same(name, UnseenText.Show(name));
}
