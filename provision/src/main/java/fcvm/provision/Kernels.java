package fcvm.provision;

import fcvm.linux.Arch;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Kernels built here from source, for guests that need more than Debian's: files in the data
/// directory's `kernels/`, each named by all that went into it.
///
/// Beside a kernel are `NAME.config`, its configuration and where it comes from, and `NAME.log`,
/// all that was said while it was built.
public final class Kernels {
  private static final String CONFIG = ".config";
  private static final String LOG = ".log";

  /// Source and objects.
  private static final long BUILD_BYTES = 2560 * Artifact.MIB;

  private final Dirs dirs;
  private final Provision provision;
  private final Progress progress;

  /// @param dirs directories, which exist
  public Kernels(Dirs dirs, Provision provision, Progress progress) {
    this.dirs = dirs;
    this.provision = provision;
    this.progress = progress;
  }

  /// The kernel of a profile; built from Debian's source if there is none yet, which takes some ten
  /// minutes.
  public Path get(KernelProfile profile, Arch arch) throws IOException {
    Optional<BuiltKernel> found = find(profile, arch);
    return found.isPresent()
        ? found.get().path()
        : build(profile, arch, Optional.empty(), List.of());
  }

  /// The kernel of a profile that was built last, with the options of the profile as they are now:
  /// from whichever source, by whichever compiler.
  public Optional<BuiltKernel> find(KernelProfile profile, Arch arch) throws IOException {
    return list().stream()
        .filter(BuiltKernel::isCurrent)
        .filter(kernel -> kernel.profile().equals(profile.toString()) && kernel.arch() == arch)
        .max(Comparator.comparing(BuiltKernel::built));
  }

  /// Builds a kernel, unless the same one is there.
  ///
  /// @param source Linux's source, a directory or tar archive; Debian's if empty
  /// @param patches applied to the source, in this order
  /// @return the kernel's file
  public Path build(KernelProfile profile, Arch arch, Optional<Path> source, List<Path> patches)
      throws IOException {
    List<Path> absolute = patches.stream().map(Path::toAbsolutePath).toList();
    for (Path patch : absolute) {
      if (!Files.isRegularFile(patch) || !Files.isReadable(patch)) {
        throw new ProvisionException("the patch " + patch + " is not a file that can be read");
      }
    }
    KernelTools tools = new KernelTools(arch);
    KernelSource given =
        source.isPresent() ? KernelSource.of(source.get()) : provision.linuxSource();
    String version = given.version();
    new HostPackages(tools.packages(!patches.isEmpty())).require(progress);
    KernelFragment fragment = profile.fragment(arch);
    ContentKey key = recipe(profile, arch).add(given.digest()).add(tools.identity());
    for (Path patch : absolute) {
      key.add(Sha256.of(patch));
    }
    KernelName name = new KernelName(profile.toString(), version, arch, key.hex());
    KernelMake make = new KernelMake(tools, fragment, given, absolute);
    Artifact artifact =
        new Artifact(
            name.kind(),
            name.key(),
            "",
            "Linux %s for %s, profile %s: takes some ten minutes".formatted(version, arch, profile),
            BUILD_BYTES);
    Path dir = Files.createDirectories(directory());
    return new ArtifactStore(dir, progress)
        .get(
            artifact,
            (path, step) -> {
              Path log = dir.resolve(name + LOG);
              String config = make.build(ArtifactStore.scratch(path), path, log, step);
              Kernel.check(path, arch);
              Files.writeString(
                  dir.resolve(name + CONFIG), recipeLine(profile, arch) + "\n" + config);
            });
  }

  /// What this program itself puts into a kernel.
  private static ContentKey recipe(KernelProfile profile, Arch arch) throws IOException {
    return new ContentKey()
        .add(KernelMake.RECIPE)
        .add(profile.toString())
        .add(arch.toString())
        .add(profile.fragment(arch).text());
  }

  /// The first line of a kernel's configuration: what [BuiltKernel#isCurrent] goes by.
  static String recipeLine(KernelProfile profile, Arch arch) throws IOException {
    return "# fcvm recipe: " + recipe(profile, arch).hex();
  }

  private Path directory() {
    return dirs.data().resolve("kernels");
  }

  /// All kernels that were built, by name.
  public List<BuiltKernel> list() throws IOException {
    if (!Files.isDirectory(directory())) {
      return List.of();
    }
    List<BuiltKernel> kernels = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory())) {
      for (Path file : files.sorted().toList()) {
        Optional<KernelName> name = KernelName.parse(file.getFileName().toString());
        if (name.isPresent()) {
          kernels.add(describe(file, name.get()));
        }
      }
    }
    return kernels;
  }

  private static BuiltKernel describe(Path file, KernelName name) throws IOException {
    return new BuiltKernel(
        file,
        name.profile(),
        name.version(),
        name.arch(),
        Files.size(file),
        Files.getLastModifiedTime(file).toInstant(),
        isCurrent(file, name));
  }

  private static boolean isCurrent(Path file, KernelName name) throws IOException {
    Optional<KernelProfile> profile = KernelProfile.of(name.profile());
    Path config = file.resolveSibling(name + CONFIG);
    if (profile.isEmpty() || !Files.isReadable(config)) {
      return false;
    }
    try (Stream<String> lines = Files.lines(config)) {
      return lines.findFirst().equals(Optional.of(recipeLine(profile.get(), name.arch())));
    }
  }

  /// Removes a kernel, with its configuration and log.
  public void remove(BuiltKernel kernel) throws IOException {
    ArtifactStore.remove(kernel.path());
  }

  /// Removes all kernels, logs of builds that failed, and Debian's source: the next build fetches
  /// what is newest then.
  public void removeAll() throws IOException {
    for (BuiltKernel kernel : list()) {
      remove(kernel);
    }
    delete(directory(), KernelName.PREFIX);
    delete(dirs.data(), DebianLinux.KIND + "-");
  }

  private static void delete(Path dir, String prefix) throws IOException {
    if (Files.isDirectory(dir)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(dir, prefix + "*")) {
        for (Path file : files) {
          Trees.delete(file);
        }
      }
    }
  }
}
