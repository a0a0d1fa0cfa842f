package fcvm.provision;

import fcvm.linux.Arch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Everything that a VM needs before it can run, fetched or built when it is first asked for.
///
/// Each answer is a path in the data directory whose name has a key over all that the file was
/// built from: asking again costs a look, and a changed input builds a new file and nothing else.
/// Any thread and any process may ask at any time; one of them builds and the others wait for it.
public final class Provision {
  /// System property that names the distribution's directory: `lib/*.jar` and `runtime/` are in it.
  static final String HOME = "fcvm.home";

  /// The options that `guest-init.sh` gives.
  private static final List<String> AGENT_OPTIONS =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:-UsePerfData",
          "-Xmx64m",
          "--enable-native-access=fcvm.linux");

  /// A short walk never repays the optimising compiler; what it compiles is not in the cache.
  private static final List<String> TRAINING_OPTIONS = List.of("-XX:TieredStopAtLevel=1");

  private final Dirs dirs;
  private final Progress progress;
  private final ArtifactStore store;
  private final Map<Arch, Apt> apts = new HashMap<>();
  private final Arch host = Arch.current();

  /// @param dirs directories, which exist
  public Provision(Dirs dirs, Progress progress) {
    this.dirs = dirs;
    this.progress = progress;
    this.store = new ArtifactStore(dirs.data(), progress);
  }

  /// Host programs: QEMU, virtiofsd, the file systems' tools.
  public ToolTree tools() throws IOException {
    Optional<ToolTree> system =
        store.has(toolsArtifact(host)) ? Optional.empty() : ToolTree.system(host);
    return system.isPresent() ? system.get() : tools(host);
  }

  /// The same programs for an architecture, always from the data directory: there an emulated
  /// machine finds them, too.
  public ToolTree tools(Arch arch) throws IOException {
    return new ToolTree(unpacked(toolsArtifact(arch), arch, ToolTree.PACKAGES), arch);
  }

  private static Artifact toolsArtifact(Arch arch) {
    return new Artifact(
        "tools-" + arch, ToolTree.key().hex(), "", "host tools", 600 * Artifact.MIB);
  }

  /// Debian's packages and all that they depend on, unpacked into one directory: programs for
  /// guests that do more than run containers. No maintainer script has run.
  ///
  /// @param packages the one that the others go with is the first
  public Path packages(Arch arch, List<String> packages) throws IOException {
    return unpacked(packagesArtifact(arch, packages, "", 1000), arch, packages);
  }

  /// The same as an erofs image: a disk for guests.
  public Path packagesImage(Arch arch, List<String> packages) throws IOException {
    Artifact artifact = packagesArtifact(arch, packages, ".erofs", 500);
    return store.get(
        artifact,
        (path, step) ->
            new Command(
                    tools()
                        .command(
                            "mkfs.erofs",
                            List.of(
                                "--quiet",
                                "-T0",
                                "-U",
                                "clear",
                                path.toString(),
                                packages(arch, packages).toString())))
                .output());
  }

  // Sets are of one kind if they begin alike: one that is asked for must not replace another that
  // is in use.
  static Artifact packagesArtifact(Arch arch, List<String> packages, String suffix, int mebibytes) {
    String first = packages.getFirst().replaceFirst("/.*", "");
    return new Artifact(
        "packages-" + first + "-" + arch,
        new ContentKey().add(Apt.SUITE).add(packages).hex(),
        suffix,
        String.join(", ", packages) + " for " + arch + (suffix.isEmpty() ? "" : ", as an image"),
        mebibytes * Artifact.MIB);
  }

  /// passt for this computer.
  public PasstTree passt() throws IOException {
    return new PasstTree(new ToolTree(packages(host, List.of(PasstTree.PACKAGE)), host));
  }

  private Path unpacked(Artifact artifact, Arch arch, List<String> packages) throws IOException {
    return store.get(
        artifact,
        (path, step) ->
            use(
                arch,
                path,
                session -> ToolTree.build(path, session.withDependencies(packages), step)));
  }

  /// Debian's kernel and an initrd for it.
  public Kernel kernel(Arch arch) throws IOException {
    Path directory = kernelDirectory(arch);
    String version = Files.readString(directory.resolve("version"));
    return new Kernel(
        directory.resolve("vmlinuz"), initrd(arch, directory, Optional.of(version)), version);
  }

  /// The user's own kernel, with an initrd without modules: what guests need must be built in.
  ///
  /// @throws ProvisionException if the file is not a kernel for the architecture
  public Kernel kernel(Arch arch, Path image) throws IOException {
    Kernel.check(image, arch);
    return new Kernel(image, plainInitrd(arch), "");
  }

  /// An initrd for kernels that have all built in.
  Path plainInitrd(Arch arch) throws IOException {
    return initrd(arch, kernelDirectory(arch), Optional.empty());
  }

  private Path kernelDirectory(Arch arch) throws IOException {
    Artifact artifact =
        new Artifact(
            "kernel-" + arch,
            KernelBuild.key().hex(),
            "",
            "Linux kernel for " + arch,
            250 * Artifact.MIB);
    return store.get(
        artifact, (path, step) -> new KernelBuild(arch, tools()).build(path, apt(arch), progress));
  }

  private Path initrd(Arch arch, Path kernel, Optional<String> version) throws IOException {
    ContentKey key = Initrd.key().add(kernel.getFileName().toString()).add(version.orElse(""));
    String kind = version.isPresent() ? "initrd-" : "initrd-plain-";
    Artifact artifact =
        new Artifact(kind + arch, key.hex(), ".cpio", "initrd for " + arch, 64 * Artifact.MIB);
    return store.get(
        artifact,
        (path, step) ->
            Initrd.write(
                path,
                kernel.resolve("busybox"),
                version.map(release -> kernel.resolve("modules"))));
  }

  /// Debian's source of Linux, as it was when it was first fetched.
  KernelSource linuxSource() throws IOException {
    Artifact artifact =
        new Artifact(
            DebianLinux.KIND, DebianLinux.key().hex(), "", "source of Linux", 400 * Artifact.MIB);
    Path directory =
        store.get(
            artifact, (path, step) -> use(host, path, session -> DebianLinux.build(path, session)));
    return new KernelSource.Tarball(directory.resolve(DebianLinux.FILE));
  }

  /// The root file system of every guest: an erofs image.
  public Path rootfs(Arch arch) throws IOException {
    List<Path> agent = OurModules.of(home()).files(OurModules.AGENT);
    String runtimeKey = runtimeKey(agent).hex();
    ContentKey key = RootFs.key(RootFs.baseKey().hex(), runtimeKey);
    Artifact artifact =
        new Artifact(
            "rootfs-" + arch,
            key.hex(),
            ".erofs",
            "root file system for " + arch,
            1024 * Artifact.MIB);
    return store.get(
        artifact,
        (path, step) ->
            RootFs.build(path, arch, rootfsBase(arch), agentRuntime(arch, agent), tools()));
  }

  /// Debian's part of the root file system, a directory.
  Path rootfsBase(Arch arch) throws IOException {
    Artifact artifact =
        new Artifact(
            "base-" + arch,
            RootFs.baseKey().hex(),
            "",
            "Debian packages of the root file system for " + arch,
            800 * Artifact.MIB);
    return store.get(
        artifact,
        (path, step) ->
            use(
                arch,
                path,
                session ->
                    RootFs.buildBase(session.withDependencies(RootFs.PACKAGES), path, step)));
  }

  /// The agent's Java runtime, which becomes a part of the root file system.
  Path agentRuntime(Arch arch) throws IOException {
    return agentRuntime(arch, OurModules.of(home()).files(OurModules.AGENT));
  }

  private Path agentRuntime(Arch arch, List<Path> agent) throws IOException {
    Artifact artifact =
        new Artifact(
            "agent-" + arch,
            runtimeKey(agent).hex(),
            "",
            "agent's Java runtime for " + arch,
            200 * Artifact.MIB);
    return store.get(
        artifact,
        (path, step) -> {
          link(arch, agent, List.of(OurModules.AGENT_ROOT), "", path);
          cache(arch, path, AGENT_OPTIONS, OurModules.AGENT_ROOT, path.resolve("lib/agent.aot"));
        });
  }

  /// Without the cache a program starts slower, and that is all.
  private void cache(Arch arch, Path runtime, List<String> options, String module, Path cache)
      throws IOException {
    try (Progress.Step step = progress.begin("AOT cache of " + module + " for " + arch)) {
      List<String> java = new ArrayList<>(runner(arch, runtime));
      java.add(runtime.resolve("bin/java").toString());
      java.addAll(options);
      new AotCache(java, module + "/" + module + ".Main").make(cache);
      step.done();
    } catch (ProvisionException e) {
      progress.note("no AOT cache of " + module + ": " + e.getMessage());
    }
  }

  /// What runs a Java runtime of an architecture on this computer: it may need newer libraries than
  /// there are here.
  private List<String> runner(Arch arch, Path runtime) throws IOException {
    return arch == host
        ? tools().loaderCommand(runtime.resolve("lib"))
        : userEmulator(arch).command();
  }

  private UserEmulator userEmulator(Arch arch) throws IOException {
    Artifact artifact =
        new Artifact(
            "emulator-" + arch,
            UserEmulator.key().hex(),
            "",
            "emulator of " + arch + " programs",
            800 * Artifact.MIB);
    Path root =
        store.get(
            artifact,
            (path, step) -> {
              UserEmulator emulator = new UserEmulator(path, arch);
              use(
                  host,
                  path,
                  session ->
                      emulator.buildEmulator(
                          session.alone(List.of(UserEmulator.EMULATORS)).getFirst()));
              use(
                  arch,
                  path,
                  session ->
                      emulator.buildLibraries(session.withDependencies(UserEmulator.LIBRARIES)));
            });
    return new UserEmulator(root, arch);
  }

  /// A distribution for an architecture: a directory with `bin/fcvm` and `runtime/`. For this
  /// computer's own architecture it is the one that the program runs from.
  public Path distribution(Arch arch) throws IOException {
    Path running =
        home()
            .orElseThrow(() ->
                new ProvisionException(
                    "not run from a distribution: the system property " + HOME + " is not set"));
    if (arch == host) {
      return running;
    }
    Distribution distribution = new Distribution(running);
    Artifact artifact =
        new Artifact(
            "dist-" + arch,
            Jdk.key().add(distribution.key().hex()).hex(),
            "",
            "distribution for " + arch,
            300 * Artifact.MIB);
    return store.get(
        artifact,
        (path, step) -> {
          distribution.copy(path);
          link(
              arch,
              List.of(path.resolve("lib")),
              List.of(OurModules.CLI),
              distribution.javaOptions(),
              path.resolve("runtime"));
          Path cache = path.resolve(Distribution.AOT_CACHE);
          cache(arch, path.resolve("runtime"), TRAINING_OPTIONS, OurModules.CLI, cache);
        });
  }

  /// Packs a distribution for an architecture into a gzipped tar.
  ///
  /// @param name of the directory that it unpacks to
  /// @param file replaced when the archive is whole
  public void archive(Arch arch, String name, Path file) throws IOException {
    Path home = distribution(arch);
    try (Progress.Step step = progress.begin("packing " + file.getFileName())) {
      new Distribution(home).pack(name, file);
      step.done();
    }
  }

  private void link(
      Arch arch, List<Path> modules, List<String> names, String javaOptions, Path runtime)
      throws IOException {
    Jdk jdk = jdk(arch);
    Optional<List<String>> linker = Optional.empty();
    if (!Jdk.isLinkerHere()) {
      linker = Optional.of(jdk(host).linkerCommand(tools()));
    }
    jdk.link(linker, modules, names, javaOptions, runtime);
  }

  /// For another architecture, or where the running Java can link, only the jmods are needed.
  private Jdk jdk(Arch arch) throws IOException {
    boolean isWhole = arch == host && !Jdk.isLinkerHere();
    List<String> packages = isWhole ? List.of(Jdk.JMODS, Jdk.JRE) : List.of(Jdk.JMODS);
    Artifact artifact =
        new Artifact(
            (isWhole ? "jdk-" : "jmods-") + arch,
            Jdk.key().hex(),
            "",
            "Debian's JDK 25 for " + arch,
            (isWhole ? 500 : 300) * Artifact.MIB);
    Path root =
        store.get(
            artifact,
            (path, step) -> use(arch, path, session -> Jdk.build(path, session.alone(packages))));
    return new Jdk(root, arch);
  }

  private static ContentKey runtimeKey(List<Path> agent) throws IOException {
    return Jdk.key().add(AGENT_OPTIONS).add(OurModules.key(agent).hex());
  }

  /// The template of a guest's writable disk: an empty sparse ext4, to be copied with
  /// [SparseFile#copy].
  public Path blankDisk() throws IOException {
    Artifact artifact =
        new Artifact(
            "disk",
            BlankDisk.key().hex(),
            ".ext4",
            "template of writable disks",
            16 * Artifact.MIB);
    return store.get(artifact, (path, step) -> BlankDisk.build(tools(), path));
  }

  private Optional<Path> home() {
    return Optional.ofNullable(System.getProperty(HOME)).map(Path::of);
  }

  /// @param path the artifact that is being built, a directory; the downloads go into it
  private void use(Arch arch, Path path, Apt.Use use) throws IOException {
    apt(arch).use(progress, path.resolve("debs"), use);
  }

  private synchronized Apt apt(Arch arch) throws IOException {
    Apt apt = apts.get(arch);
    if (apt == null) {
      HostPackages.ofSetup().require(progress);
      DebianMirror mirror = AptSources.mirror(System.getenv(), Path.of("/etc/apt"));
      apt = new Apt(dirs.data().resolve("apt").resolve(arch.debianName()), arch, mirror);
      apts.put(arch, apt);
    }
    return apt;
  }
}
