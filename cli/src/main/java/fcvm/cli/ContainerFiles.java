package fcvm.cli;

import fcvm.container.BoundedOutput;
import fcvm.container.ContainerException;
import fcvm.container.copy.CopyTarget.Kind;
import fcvm.provision.tar.TarEntry;
import fcvm.provision.tar.TarReader;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/// The files of a running container as archives, wherever its VM is: by `podman cp` in the VM, or
/// by `fcvm cp` in the VM's emulated machine. Paths are raw.
///
/// @param keepsOwners whether what comes in keeps its owners
/// @param overwrites whether directories and files may replace each other
record ContainerFiles(
    Vms.Located vm, boolean keepsOwners, boolean overwrites, Invocation invocation) {
  // Of an archive of any size, this much tells what is first in it.
  private static final int LONGEST_ANSWER = 1 << 17;
  private static final String KIND = "podman cp \"$c:$1\" - 2>/dev/null | head -c 65536";
  private static final String SEND = "exec podman cp \"$c:$1\" -";
  // Podman does not say which directory it did not find.
  private static final String RECEIVE =
      "path=$1; shift; podman cp \"$@\" - \"$c:$path\" && exit; code=$?;"
          + " echo \"Error: nothing could be copied into $path\" >&2; exit $code";

  /// What is at a path, followed if it is a link.
  Kind kind(String path) throws Exception {
    BoundedOutput out = new BoundedOutput(LONGEST_ANSWER);
    InputStream none = InputStream.nullInputStream();
    if (vm.machine().isPresent()) {
      int code = there(List.of("--kind", "--", place(path), "-"), none, out);
      if (code != 0) {
        throw new ContainerException("VM " + vm.vm().name() + " cannot be asked", code, null);
      }
      return Kind.valueOf(out.text().strip());
    }
    int _ =
        GuestCommand.shell(vm.vm(), KIND, List.of(path))
            .run(false, none, out, OutputStream.nullOutputStream());
    TarEntry first = new TarReader(new ByteArrayInputStream(out.bytes())).next();
    if (first == null) {
      return Kind.ABSENT;
    }
    return first.type() == TarEntry.DIRECTORY ? Kind.DIRECTORY : Kind.FILE;
  }

  /// Writes what is at a path as an archive.
  ///
  /// @return the exit code; what went wrong was said
  int send(String path, OutputStream archive) throws Exception {
    InputStream none = InputStream.nullInputStream();
    return vm.machine().isPresent()
        ? there(List.of("--", place(path), "-"), none, archive)
        : GuestCommand.shell(vm.vm(), SEND, List.of(path))
            .run(false, none, archive, invocation.streams().err());
  }

  /// Unpacks an archive into a directory.
  ///
  /// @return the exit code; what went wrong was said
  int receive(String directory, InputStream archive) throws Exception {
    OutputStream nothing = OutputStream.nullOutputStream();
    List<String> arguments = new ArrayList<>();
    if (vm.machine().isPresent()) {
      if (keepsOwners) {
        arguments.add("--keep-owners");
      }
      if (overwrites) {
        arguments.add("--overwrite");
      }
      arguments.addAll(List.of("--", "-", place(directory)));
      return there(arguments, archive, nothing);
    }
    arguments.add(directory);
    arguments.add("--archive=" + !keepsOwners);
    if (overwrites) {
      arguments.add("--overwrite");
    }
    return GuestCommand.shell(vm.vm(), RECEIVE, arguments)
        .run(true, archive, nothing, invocation.streams().err());
  }

  private String place(String path) {
    return vm.vm().id() + ":" + path;
  }

  private int there(List<String> arguments, InputStream in, OutputStream out) throws Exception {
    List<String> command = new ArrayList<>(List.of("cp"));
    command.addAll(arguments);
    return new Forward(invocation, new Streams(in, out, invocation.streams().err()), true, false)
        .run(vm.machine()::orElseThrow, Forward.fcvm(invocation, command));
  }
}
