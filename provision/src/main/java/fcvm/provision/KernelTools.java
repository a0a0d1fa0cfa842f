package fcvm.provision;

import fcvm.linux.Arch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The tool chain that builds a kernel of one architecture: the computer's own, crosswise where the
/// architecture is another.
record KernelTools(Arch arch) {
  /// Debian's packages, each with what is there when it is.
  Map<String, List<Path>> packages(boolean isPatching) {
    Map<String, List<Path>> packages = new LinkedHashMap<>();
    // Kbuild compiles programs of its own, for this computer.
    packages.put("gcc", programs("gcc"));
    packages.put("libc6-dev", List.of(Path.of("/usr/include/stdio.h")));
    if (arch != Arch.current()) {
      packages.put(
          "gcc-" + arch.kernelName().replace('_', '-') + "-linux-gnu", programs(prefix() + "gcc"));
    }
    for (String name : List.of("make", "flex", "bison", "bc", "perl", "tar")) {
      packages.put(name, programs(name));
    }
    packages.put("xz-utils", programs("xz"));
    if (isPatching) {
      packages.put("patch", programs("patch"));
    }
    switch (arch) {
      case AMD64 -> packages.put("libelf-dev", List.of(Path.of("/usr/include/gelf.h"))); // objtool
      case ARM64 -> {}
    }
    return packages;
  }

  private static List<Path> programs(String name) {
    return List.of(Path.of("/usr/bin", name));
  }

  private String prefix() {
    return arch.kernelName() + "-linux-gnu-";
  }

  /// What the tools call themselves, versions included: other ones make another kernel.
  List<String> identity() throws IOException {
    List<String> identity = new ArrayList<>();
    for (String tool : List.of("gcc", "ld")) {
      String version = new Command("/usr/bin/" + prefix() + tool, "--version").output();
      identity.add(version.lines().findFirst().orElse(""));
    }
    return identity;
  }

  /// Arguments of every make.
  List<String> makeArguments() {
    String name =
        switch (arch) {
          case AMD64 -> "x86_64";
          case ARM64 -> "arm64";
        };
    // What only shows in the configuration must not depend on what else is on the computer.
    return List.of(
        "ARCH=" + name,
        "CROSS_COMPILE=" + prefix(),
        "RUSTC=false",
        "BINDGEN=false",
        "PAHOLE=false");
  }

  /// What make is asked for.
  String target() {
    return switch (arch) {
      case AMD64 -> "vmlinux"; // an ELF file that our monitor loads as it is: nothing to decompress
      case ARM64 -> "Image";
    };
  }

  /// About how many lines make says on the way.
  int steps() {
    return switch (arch) {
      case AMD64 -> 2100;
      case ARM64 -> 2000;
    };
  }

  /// The finished kernel, out of a tree that was built.
  void finish(Path tree, Path result) throws IOException {
    switch (arch) {
      case AMD64 ->
          new Command(
                  "/usr/bin/" + prefix() + "objcopy",
                  "--strip-all",
                  tree.resolve("vmlinux").toString(),
                  result.toString())
              .run(line -> {});
      case ARM64 -> Files.move(tree.resolve("arch/arm64/boot/Image"), result);
    }
  }
}
