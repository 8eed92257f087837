// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Host.Tests.Options;

public sealed class LendingSettingsTests : IDisposable
{
    private readonly string _board = Path.GetTempFileName();

    public void Dispose() => File.Delete(_board);

    [Fact]
    public void How_long_lending_waits_is_set_and_else_as_usual()
    {
        var lending = Validate((SettingNames.LendingLossAfter, "4s"), (SettingNames.LendingPatience, "5s"), (SettingNames.LendingAnswerPatience, "6s")).Lending;
        Assert.Equal((10, 4, 5, 6), (lending.Lease.TotalSeconds, lending.LossAfter.TotalSeconds, lending.Patience.TotalSeconds, lending.AnswerPatience.TotalSeconds));
        Assert.Equal(DaemonOptions.UsualLending, Validate().Lending);
    }

    [Theory]
    [InlineData("lending.lossAfter")]
    [InlineData("lending.patience")]
    [InlineData("lending.answerPatience")]
    [InlineData("lending.lease")]
    public void A_board_that_is_only_busy_is_not_taken_for_gone(string setting)
    {
        var error = Assert.Throws<ConfigurationException>(() => Validate((setting, "10ms")));
        Assert.Contains($"{setting}: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("is less than 1 s", error.Message, StringComparison.Ordinal);
    }

    private DaemonOptions Validate(params (string Name, string Value)[] settings) => OptionsValidator.Validate(
        settings.Append((SettingNames.Board, _board)).ToDictionary(pair => pair.Item1, pair => new Setting([pair.Item2], "a test")));
}
