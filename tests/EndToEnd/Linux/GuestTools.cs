// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.EndToEnd.Linux;

/// <summary>What somebody at a Debian guest's shell does with its lines and buses, with Debian's own drivers and tools.</summary>
internal sealed class GuestTools(GuestShell shell)
{
    /// <summary>The programs that are used here, and the drivers beneath them.</summary>
    public static readonly string[] Programs = ["gpioset", "gpioinfo", "gpiomon", "i2cget", "i2cset", "spi-pipe"];
    public static readonly string[] Modules = ["i2c-dev", "i2c-ocores", "spi-sifive", "pwm-sifive"];

    private const string Chip = "gpiochip0";

    /// <summary>Makes a line an output and holds it at a level.</summary>
    public async Task HoldAsync(int line, bool level)
    {
        await shell.DoAsync($"gpioset -c {Chip} {line}={(level ? 1 : 0)} & holder=$!");
        await HasAsync("gpioset");
    }

    /// <summary>Lets go of the line that is held.</summary>
    public Task ReleaseAsync() => shell.DoAsync("kill $holder; wait $holder || true");

    /// <summary>Listens for so many edges of a line, by interrupts.</summary>
    public async Task ListenAsync(int line, int edges)
    {
        await shell.DoAsync($"gpiomon -c {Chip} --edges=both --num-events={edges} --format=%E {line} >/tmp/edges & monitor=$!");
        await HasAsync("gpiomon");
    }

    /// <summary>Waits until so many edges were heard.</summary>
    public Task HeardAsync(int edges) => shell.DoAsync($"until [ $(grep -c ing /tmp/edges) -ge {edges} ]; do sleep 0.1; done");

    /// <summary>Waits until it has heard all that it listens for; gives them in order, <c>rising</c> and <c>falling</c>.</summary>
    public async Task<string[]> EdgesAsync()
    {
        await shell.DoAsync("wait $monitor || true"); // which it has forgotten when it was told that it ended
        return (await shell.DoAsync("cat /tmp/edges")).Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>A register of a chip on the bus, like <c>0x60</c>, or <c>nobody</c> where nobody answers.</summary>
    public async Task<string> ReadRegisterAsync(int address, int register) =>
        (await shell.DoAsync($"i2cget -y 0 0x{address:x2} 0x{register:x2} 2>/dev/null || echo nobody")).Trim();

    public Task WriteRegisterAsync(int address, int register, byte value) => shell.DoAsync($"i2cset -y 0 0x{address:x2} 0x{register:x2} 0x{value:x2}");

    /// <summary>Sends a message to the chip at the first select; gives what came back meanwhile.</summary>
    public async Task<string> ExchangeAsync(string text) =>
        (await shell.DoAsync($"echo -n {text} | spi-pipe -d /dev/spidev0.0 -b {text.Length} -n 1; echo")).Trim();

    /// <summary>Switches a PWM channel on; this controller's driver takes the period and the duty as near as it can.</summary>
    public Task PulseAsync(int channel, int periodNs, int dutyNs) => shell.DoAsync(
        $"cd /sys/class/pwm/pwmchip0; echo {channel} >export; cd pwm{channel}; echo {periodNs} >period; echo {dutyNs} >duty_cycle; echo 1 >enable; cd /");

    // A program in the background holds its line some time after it was started.
    private Task HasAsync(string program) => shell.DoAsync($"until gpioinfo -c {Chip} | grep -q {program}; do sleep 0.1; done");
}
