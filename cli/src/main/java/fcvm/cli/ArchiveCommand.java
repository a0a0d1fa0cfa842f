package fcvm.cli;

import fcvm.linux.Arch;
import fcvm.provision.Provision;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `fcvm archive`.
final class ArchiveCommand implements Command {
  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .customSynopsis("fcvm archive [OPTIONS]")
        .footer(
            "",
            "With --arch, for computers of that architecture. To install: unpack it anywhere and"
                + " link bin/fcvm to a directory in the PATH. It needs no Java.");
    spec.addOption(
        Option.value(
            "FILE",
            "Where to write it (default: fcvm-VERSION-linux-ARCH.tar.gz).",
            "-o",
            "--output"));
  }

  @Override
  public int run(ParseResult parsed, Invocation invocation) throws Exception {
    Arch arch = invocation.globals().machine().orElse(Arch.current());
    String name = "fcvm-" + Version.number() + "-linux-" + arch;
    Path file = Path.of(Raw.text(Option.get(parsed, "--output", Raw.of(name + ".tar.gz"))));
    new Provision(invocation.dirs(), invocation.progress()).archive(arch, name, file);
    invocation.streams().print(file + "\n");
    return 0;
  }
}
