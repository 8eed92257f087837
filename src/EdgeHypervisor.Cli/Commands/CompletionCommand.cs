// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;

namespace EdgeHypervisor.Cli;

/// <summary><c>ehv completion</c>: a script that lets a shell ask <c>ehv</c> itself what could come next.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        # ehv completion for bash: source <(ehv completion bash)
        _ehv() {
            local line="${COMP_LINE:0:COMP_POINT}"
            mapfile -t COMPREPLY < <(compgen -W "$(ehv "[suggest:${#line}]" "$line" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}")
        }
        complete -o default -F _ehv ehv
        """;

    private const string Zsh = """
        #compdef ehv
        # ehv completion for zsh: source <(ehv completion zsh)
        _ehv() {
            local -a words
            words=("${(@f)$(ehv "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
            compadd -a words || _files
        }
        compdef _ehv ehv
        """;

    private const string Fish = """
        # ehv completion for fish: ehv completion fish | source
        complete -c ehv -a '(set -l line (commandline -cp); ehv "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null)'
        """;

    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        return new EhvSubcommand("completion", "Prints a completion script for a shell") { shell }
            .WithExamples("source <(ehv completion bash)", "ehv completion zsh > ~/.zfunc/_ehv", "ehv completion fish | source")
            .Does((context, _) =>
            {
                context.Output.WriteLine(context.Get(shell) switch { "bash" => Bash, "zsh" => Zsh, _ => Fish });
                return Task.CompletedTask;
            });
    }
}
