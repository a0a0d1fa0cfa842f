package fcvm.cli;

import fcvm.vmm.VolumeTraining;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.module.ModuleReader;
import java.lang.module.ResolvedModule;
import java.util.List;
import java.util.Map;

/// A walk through what commands do, so that an AOT cache knows the classes: on any computer, with
/// KVM or without, before any set-up.
///
/// A microVM cannot be run everywhere, so all of our own classes are loaded instead.
final class Training {
  private static final String CLASS = ".class";

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
    VolumeTraining.run();
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
