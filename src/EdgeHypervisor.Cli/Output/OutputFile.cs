// SPDX-License-Identifier: Apache-2.0
namespace EdgeHypervisor.Cli;

/// <summary>A file that the user names for what a command makes: opened as a shell would, so a device or a pipe gets it, and stays what it is.</summary>
internal static class OutputFile
{
    /// <summary>Opens it for writing from its beginning.</summary>
    /// <param name="path">Its name.</param>
    /// <param name="overwrites">Whether what it holds may go.</param>
    /// <exception cref="UserErrorException">It holds something already.</exception>
    public static FileStream Create(string path, bool overwrites)
    {
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        // Devices that can seek, such as /dev/null, are as empty as new files.
        if (!file.CanSeek || file.Length == 0) return file;
        if (!overwrites)
        {
            file.Dispose();
            throw new UserErrorException($"{path} is there already", "name another file, or add --force", ExitCode.Usage);
        }
        file.SetLength(0);
        return file;
    }
}
