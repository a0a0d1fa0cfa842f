package fcvm.provision;

import java.io.File;
import java.io.IOException;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The program's own modules, as files that can be linked into other runtimes: the directory `lib`
/// of the distribution, or the module path where the program runs from a build tree.
///
/// @param path jars, directories of jars, or directories of classes
record OurModules(List<Path> path) {
  /// Modules of the agent's runtime.
  static final List<String> AGENT = List.of("fcvm.agent", "fcvm.linux");

  /// Root module of the agent's runtime.
  static final String AGENT_ROOT = "fcvm.agent";

  /// Root module of the distribution's runtime.
  static final String CLI = "fcvm.cli";

  /// @param home the distribution's directory, if the program runs from one
  static OurModules of(Optional<Path> home) {
    if (home.isPresent()) {
      return new OurModules(List.of(home.get().resolve("lib")));
    }
    String modulePath = System.getProperty("jdk.module.path", "");
    return new OurModules(
        Arrays.stream(modulePath.split(File.pathSeparator))
            .filter(entry -> !entry.isEmpty())
            .map(Path::of)
            .toList());
  }

  /// Files of some modules.
  ///
  /// @throws ProvisionException if one is not there
  List<Path> files(List<String> names) throws ProvisionException {
    ModuleFinder finder = ModuleFinder.of(path.toArray(Path[]::new));
    List<Path> files = new ArrayList<>();
    for (String name : names) {
      ModuleReference module =
          finder
              .find(name)
              .orElseThrow(() ->
                  new ProvisionException(
                      "the module "
                          + name
                          + " is not in "
                          + path
                          + ": this distribution is not complete"));
      files.add(Path.of(module.location().orElseThrow()));
    }
    return files;
  }

  /// A key over the content of modules.
  static ContentKey key(List<Path> files) throws IOException {
    ContentKey key = new ContentKey();
    for (Path file : files) {
      key.addFiles(file);
    }
    return key;
  }
}
