package fcvm.provision;

import fcvm.linux.Arch;
import fcvm.linux.FileLock;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/// A private apt for one architecture: Debian trixie and its backports in a directory of its own.
///
/// The computer's apt program resolves dependencies, downloads, and verifies the archive's
/// signatures; its own package lists and packages are neither read nor touched, no root rights are
/// needed, and the architecture may be a foreign one. Nothing is installed: the packages' files are
/// unpacked elsewhere and no maintainer script runs.
final class Apt {
  static final String SUITE = "trixie";

  private static final Duration FRESH = Duration.ofHours(1);

  private final Path root;
  private final Arch arch;
  private final DebianMirror mirror;
  private final ReentrantLock threads = new ReentrantLock();

  /// @param root its directory, made when it is used
  Apt(Path root, Arch arch, DebianMirror mirror) {
    this.root = root;
    this.arch = arch;
    this.mirror = mirror;
  }

  /// Packages that a request needs, downloaded.
  @FunctionalInterface
  interface Use {
    /// @param session for more requests to the same lists
    void accept(Session session) throws IOException;
  }

  /// Makes the directory, brings the package lists up to date and hands out requests on them.
  ///
  /// @param downloads directory for the packages' files, removed at the end
  void use(Progress progress, Path downloads, Use use) throws IOException {
    if (!Files.isReadable(Path.of(DebianMirror.KEYRING))) {
      throw new ProvisionException(
          DebianMirror.KEYRING
              + " is missing, and without it Debian's archive cannot be verified:"
              + " sudo apt-get install debian-archive-keyring");
    }
    Files.createDirectories(root);
    alone(() -> update(progress));
    try {
      use.accept(new Session(progress, downloads));
    } finally {
      Trees.delete(downloads);
    }
  }

  /// Does something while no other thread or process runs apt in this directory: apt itself would
  /// not wait for its turn but fail.
  @SuppressWarnings("try") // the lock is held, not used
  private void alone(Turn turn) throws IOException {
    try {
      threads.lockInterruptibly();
      try (FileLock processes = FileLock.await(root.resolve("lock").toString())) {
        turn.take();
      } finally {
        threads.unlock();
      }
    } catch (InterruptedException e) {
      throw Command.interrupted(e);
    }
  }

  @FunctionalInterface
  private interface Turn {
    void take() throws IOException;
  }

  private void update(Progress progress) throws IOException {
    Path stamp = root.resolve("updated");
    String settings = downloadSettings() + configuration() + sources();
    if (Files.exists(stamp)
        && Files.readString(stamp).equals(settings)
        && Files.getLastModifiedTime(stamp).toInstant().isAfter(Instant.now().minus(FRESH))) {
      return;
    }
    try (Progress.Step step =
        progress.begin("fetching the package lists of Debian " + SUITE + " for " + arch)) {
      step.progress(0, 0);
      configure();
      run("apt-get", "-q", "update", "-o", "APT::Update::Error-Mode=any");
      step.done();
    }
    Files.writeString(stamp, settings);
  }

  /// Requests while the lists are fresh and the directory is locked.
  final class Session {
    private final Progress progress;

    private final Path downloads;

    private Session(Progress progress, Path downloads) {
      this.progress = progress;
      this.downloads = downloads;
    }

    /// Downloads packages and all that they depend on.
    ///
    /// @return files of the packages, in the order of their names
    List<Path> withDependencies(List<String> packages) throws IOException {
      List<String> command =
          new ArrayList<>(List.of("apt-get", "-q", "install", "--download-only"));
      command.addAll(packages);
      try (Progress.Step step =
          progress.begin(
              "downloading " + packages.size() + " packages and what they need for " + arch)) {
        step.progress(0, 0);
        Files.createDirectories(downloads.resolve("partial"));
        command.addAll(List.of("-o", "Dir::Cache::archives=" + downloads));
        Apt.this.alone(() -> run(command));
        step.done();
      }
      return debs(downloads);
    }

    /// Downloads single packages without what they depend on.
    List<Path> alone(List<String> packages) throws IOException {
      Files.createDirectories(downloads);
      List<String> command = new ArrayList<>(List.of("apt-get", "-q", "download"));
      command.addAll(packages);
      try (Progress.Step step = progress.begin("downloading " + String.join(", ", packages))) {
        step.progress(0, 0);
        Apt.this.alone(() -> command(command).in(downloads).run(line -> {}));
        step.done();
      }
      return debs(downloads);
    }

    /// Names of the packages that match a regular expression.
    List<String> names(String regex) throws IOException {
      List<String> names = new ArrayList<>();
      List<String> lines = new ArrayList<>();
      Command search = command(List.of("apt-cache", "search", "--names-only", regex));
      Apt.this.alone(() -> search.output().lines().forEach(lines::add));
      for (String line : lines) {
        int end = line.indexOf(" - ");
        if (end > 0) {
          names.add(line.substring(0, end));
        }
      }
      return names;
    }
  }

  private void configure() throws IOException {
    for (String dir : List.of("lists/partial", "cache", "none", "parts")) {
      Files.createDirectories(root.resolve(dir));
    }
    Files.writeString(root.resolve("status"), "");
    Files.writeString(root.resolve("parts/debian.sources"), sources());
    Path file = root.resolve("apt.conf");
    Files.writeString(file, downloadSettings() + configuration());
    // A proxy's address may contain a password.
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  String sources() {
    String archive =
        stanza(mirror.archive(), SUITE + " " + SUITE + "-updates " + SUITE + "-backports");
    return mirror.security().map(uri -> archive + stanza(uri, SUITE + "-security")).orElse(archive);
  }

  private String stanza(String uri, String suites) {
    return """
    Types: deb
    URIs: %s
    Suites: %s
    Components: main
    Architectures: %s
    Signed-By: %s

    """
        .formatted(uri, suites, arch.debianName(), DebianMirror.KEYRING);
  }

  /// How the computer's own apt downloads, through which proxy for instance. Nothing else of its
  /// configuration counts here: neither its hooks nor its preferences.
  private static String downloadSettings() throws IOException {
    return new Command("apt-config", "dump", "Acquire").output();
  }

  private String configuration() {
    return """
    APT::Architecture "%1$s";
    APT::Architectures { "%1$s"; };
    APT::Install-Recommends "false";
    APT::Get::Assume-Yes "true";
    APT::Sandbox::User "root";
    Acquire::Languages "none";
    Acquire::Retries "3";
    Dir::State "%2$s";
    Dir::State::status "%2$s/status";
    Dir::State::lists "%2$s/lists";
    Dir::Cache "%2$s/cache";
    Dir::Log "%2$s";
    Dir::Etc::main "/dev/null";
    Dir::Etc::parts "%2$s/none";
    Dir::Etc::sourcelist "/dev/null";
    Dir::Etc::sourceparts "%2$s/parts";
    Dir::Etc::preferences "/dev/null";
    Dir::Etc::preferencesparts "%2$s/none";
    Dir::Etc::trusted "/dev/null";
    Dir::Etc::trustedparts "%2$s/none";
    """
        .formatted(arch.debianName(), root);
  }

  private void run(String... arguments) throws IOException {
    run(List.of(arguments));
  }

  private void run(List<String> arguments) throws IOException {
    command(arguments).run(line -> {});
  }

  private Command command(List<String> arguments) {
    return new Command(arguments)
        .with("APT_CONFIG", root.resolve("apt.conf").toString())
        .with("DEBIAN_FRONTEND", "noninteractive");
  }

  private static List<Path> debs(Path dir) throws IOException {
    List<Path> debs = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(dir, "*.deb")) {
      all.forEach(debs::add);
    }
    debs.sort(null);
    return debs;
  }
}
