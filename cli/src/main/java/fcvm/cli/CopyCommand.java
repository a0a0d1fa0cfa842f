package fcvm.cli;

import fcvm.container.ContainerException;
import fcvm.container.copy.CopyTarget;
import fcvm.container.copy.CopyTarget.Kind;
import fcvm.container.copy.Packing;
import fcvm.container.copy.Unpacking;
import fcvm.linux.Errno;
import fcvm.linux.Fd;
import fcvm.linux.FdInputStream;
import fcvm.linux.FdOutputStream;
import fcvm.linux.IoReason;
import fcvm.linux.LinuxException;
import fcvm.linux.Pipe;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/// `fcvm cp`: an archive goes through `podman cp` in the VM, and is packed or unpacked here. What
/// comes from a VM is not trusted, see [Unpacking].
final class CopyCommand implements Command {
  private static final String STREAM = "-";
  private static final String KIND = "--kind";

  @Override
  public void describe(CommandSpec spec) {
    spec.usageMessage()
        .customSynopsis(
            "fcvm cp [OPTIONS] VM:PATH PATH|-", "       fcvm cp [OPTIONS] PATH|- VM:PATH")
        .footer(
            "",
            "A directory is copied whole; PATH/. means what is in it. With - the other side is a"
                + " tar archive on standard output or input.",
            "",
            "Example: fcvm cp ./site web:/var/www");
    spec.addOption(
            Option.flag(
                "Keep owners as they are here; else what is copied into a container is its user's.",
                "--keep-owners"))
        .addOption(Option.flag("A directory may replace a file, and a file one.", "--overwrite"))
        .addOption(Option.hiddenFlag(KIND))
        .addPositional(Option.argument(0, "SOURCE", "What is copied."))
        .addPositional(Option.argument(1, "TARGET", "Where it goes."));
  }

  @Override
  public int run(ParseResult parsed, Invocation invocation) throws Exception {
    String from = Option.get(parsed, 0, "");
    String to = Option.get(parsed, 1, "");
    Optional<Place> source = Place.of(from);
    Optional<Place> target = Place.of(to);
    if (source.isPresent() == target.isPresent()) {
      throw new UsageException(
          "one of the two is a path in a VM, as in web:/etc/hosts, and the other one is not");
    }
    if (source.isPresent()) {
      ContainerFiles files = files(source.get(), parsed, invocation);
      if (Option.get(parsed, KIND, false)) {
        invocation.streams().print(files.kind(source.get().path()) + "\n");
        return 0;
      }
      return to.equals(STREAM)
          ? files.send(source.get().path(), invocation.streams().out())
          : fetch(files, source.get().path(), to, invocation);
    }
    Place into = target.orElseThrow();
    ContainerFiles files = files(into, parsed, invocation);
    return from.equals(STREAM)
        ? files.receive(into.path(), invocation.streams().in())
        : bring(files, from, into.path(), invocation);
  }

  private static ContainerFiles files(Place place, ParseResult parsed, Invocation invocation)
      throws IOException, ContainerException {
    return new ContainerFiles(
        Vms.findRunning(invocation, Raw.text(place.vm())),
        Option.get(parsed, "--keep-owners", false),
        Option.get(parsed, "--overwrite", false),
        invocation);
  }

  /// A path in a VM, raw.
  private record Place(String vm, String path) {
    // As Podman: what has a slash or a dot first is a path of this computer.
    static Optional<Place> of(String argument) throws UsageException {
      int colon = argument.indexOf(':');
      if (colon < 1 || argument.startsWith(".") || argument.lastIndexOf('/', colon) >= 0) {
        return Optional.empty();
      }
      String path = argument.substring(colon + 1);
      if (path.isEmpty()) {
        throw new UsageException(
            "which path in VM " + Raw.text(argument.substring(0, colon)) + "?");
      }
      return Optional.of(new Place(argument.substring(0, colon), path));
    }
  }

  private static int bring(ContainerFiles files, String from, String to, Invocation invocation)
      throws Exception {
    // Without waiting, should it be a pipe that nobody writes to.
    try (Fd source = Fd.open(Raw.bytes(from), Fd.O_RDONLY | Fd.O_NONBLOCK)) {
      boolean isDirectory = Files.isDirectory(Path.of(Raw.text(from)));
      CopyTarget target = CopyTarget.of(from, isDirectory, to, files.kind(to));
      try (Pipe pipe = Pipe.open()) {
        FutureTask<Boolean> packing =
            started(() -> {
              try (Fd writer = pipe.writer();
                  OutputStream out = new FdOutputStream(writer)) {
                Packing.pack(source, target.name(), out, invocation.warnings());
                return true;
              }
            });
        return outcome(
            packing,
            () -> {
              try (Fd reader = pipe.reader()) {
                return files.receive(target.directory(), new FdInputStream(reader));
              }
            });
      }
    }
  }

  private static int fetch(ContainerFiles files, String from, String to, Invocation invocation)
      throws Exception {
    Kind kind = files.kind(from);
    CopyTarget target = CopyTarget.of(from, kind == Kind.DIRECTORY, to, kindHere(to));
    try (Fd root = Fd.open(Raw.bytes(target.directory()), Fd.O_RDONLY | Fd.O_DIRECTORY);
        Pipe pipe = Pipe.open()) {
      FutureTask<Boolean> unpacking =
          started(() -> {
            try (Fd reader = pipe.reader();
                InputStream in = new FdInputStream(reader)) {
              boolean any = new Unpacking(root, target, invocation.warnings()).unpack(in);
              in.transferTo(OutputStream.nullOutputStream()); // what fills the last block
              return any;
            }
          });
      return outcome(
          unpacking,
          () -> {
            try (Fd writer = pipe.writer()) {
              return files.send(from, new FdOutputStream(writer));
            }
          });
    }
  }

  private static Kind kindHere(String path) {
    Path here = Path.of(Raw.text(path));
    if (Files.isDirectory(here)) {
      return Kind.DIRECTORY;
    }
    return Files.exists(here) ? Kind.FILE : Kind.ABSENT;
  }

  private static FutureTask<Boolean> started(Callable<Boolean> work) {
    FutureTask<Boolean> task = new FutureTask<>(work);
    Thread.ofPlatform().daemon().name("copy").start(task);
    return task;
  }

  // A side whose pipe broke did not fail first: the other one says why.
  private static int outcome(FutureTask<Boolean> here, Callable<Integer> there) throws Exception {
    int code = ContainerException.OURS;
    Optional<Exception> trouble = Optional.empty();
    try {
      code = there.call();
    } catch (IOException e) {
      trouble = Optional.of(e);
    }
    try {
      boolean _ = here.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof LinuxException broken && broken.errno() == Errno.EPIPE) {
        code = code == 0 ? ContainerException.OURS : code;
      } else if (e.getCause() instanceof IOException reason) {
        throw new ContainerException(IoReason.of(reason), reason);
      } else {
        throw e;
      }
    }
    if (trouble.isPresent()) {
      throw trouble.get();
    }
    return code;
  }
}
