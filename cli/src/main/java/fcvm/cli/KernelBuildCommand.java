package fcvm.cli;

import fcvm.linux.Arch;
import fcvm.provision.KernelProfile;
import fcvm.provision.Kernels;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `fcvm kernel build`.
final class KernelBuildCommand implements Command {
  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .customSynopsis("fcvm kernel build [OPTIONS]")
        .footer(
            "",
            "Prints the kernel's file. The same source, options, patches and compiler give the same"
                + " kernel, which is built once. With --arch, for that architecture.");
    spec.addOption(KernelOptions.profile())
        .addOption(
            Option.value(
                "PATH",
                "Linux's source, a directory or a tar archive (default: Debian's linux-source).",
                "--source"))
        .addOption(
            Option.values("FILE", "Apply this patch to the source, as patch -p1 does.", "--patch"));
  }

  @Override
  public int run(ParseResult parsed, Invocation invocation) throws Exception {
    KernelProfile profile = KernelOptions.profile(parsed);
    Arch arch = KernelOptions.arch(invocation);
    Optional<Path> source = Option.find(parsed, "--source").map(path -> Path.of(Raw.text(path)));
    List<Path> patches =
        Option.get(parsed, "--patch", List.<String>of()).stream()
            .map(path -> Path.of(Raw.text(path)))
            .toList();
    return Interruptible.run(() -> {
      Kernels kernels = KernelOptions.kernels(invocation);
      invocation.streams().print(kernels.build(profile, arch, source, patches) + "\n");
      return 0;
    });
  }
}
