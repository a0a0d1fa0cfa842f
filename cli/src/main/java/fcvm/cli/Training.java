package fcvm.cli;

import fcvm.linux.LinuxException;
import fcvm.virtio.fs.Rehearsal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.module.ModuleReader;
import java.lang.module.ResolvedModule;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A walk through what commands do, so that an AOT cache knows the classes: on any computer, with
/// KVM or without, before any set-up.
///
/// A microVM cannot be run everywhere, so all of our own classes are loaded instead.
final class Training {
  private static final String CLASS = ".class";

  /// Enough for the compilers to have come to what is in every request.
  private static final int PLAYS = 60;

  private static final List<List<String>> COMMANDS =
      List.of(
          List.of("doctor"),
          List.of("doctor", "--json"),
          List.of("podman", "run", "--help"),
          List.of("podman", "run", "--name", "-", "-i", "--env", "A=B", "localhost/image", "true"));

  private Training() {}

  static void run() throws IOException {
    for (ResolvedModule module : ModuleLayer.boot().configuration().modules()) {
      if (module.name().startsWith("fcvm.")) {
        load(module);
      }
    }
    for (List<String> command : COMMANDS) {
      OutputStream nowhere = OutputStream.nullOutputStream();
      new Dispatch(new Streams(InputStream.nullInputStream(), nowhere, nowhere), Map.of())
          .run(command);
    }
    rehearse();
  }

  // A guest's requests for files: what runs most often, and soonest after a start.
  private static void rehearse() throws IOException {
    Path directory = Files.createTempDirectory("fcvm-rehearsal");
    try (Rehearsal rehearsal = new Rehearsal(directory)) {
      for (int i = 0; i < PLAYS; i++) {
        rehearsal.play();
      }
    } catch (LinuxException e) {
      // An emulator of programs need not know every system call: the cache then knows less.
      System.err.println("fcvm: rehearsing requests for files: " + e.getMessage());
    }
    try (DirectoryStream<Path> left = Files.newDirectoryStream(directory)) {
      for (Path file : left) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }

  // Loaded, not initialized: that has effects.
  private static void load(ResolvedModule resolved) throws IOException {
    Module module = ModuleLayer.boot().findModule(resolved.name()).orElseThrow();
    try (ModuleReader reader = resolved.reference().open()) {
      reader
          .list()
          .filter(file -> file.endsWith(CLASS) && !file.equals("module-info.class"))
          .map(file -> file.substring(0, file.length() - CLASS.length()).replace('/', '.'))
          .forEach(name -> Class.forName(module, name));
    }
  }
}
