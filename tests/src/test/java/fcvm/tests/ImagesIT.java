package fcvm.tests;

import static org.assertj.core.api.Assertions.assertThat;

import fcvm.provision.Dirs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Images from a registry with a password, and from archives, into the store and into VMs. The
/// store is this computer's; all that is put into it is taken away again.
class ImagesIT {
  private static final String USER = "someone:secret";

  @TempDir static Path dir;
  private static Registry registry;
  private static TestImage image;

  private final Fcvm fcvm = new Fcvm("arm64").with("REGISTRY_AUTH_FILE", "/nonexistent/auth.json");

  @BeforeAll
  static void start() throws Exception {
    image = TestImage.write(dir.resolve("oci"), "message from the image");
    registry = Registry.start(dir.resolve("registry"));
    registry.push(image.layout(), "app", "app:1", USER);
  }

  @AfterAll
  static void stop() throws Exception {
    registry.close();
    new Fcvm("arm64").run("rmi", image.id());
    new Fcvm("amd64").run("rmi", image.amd64Id());
  }

  @BeforeEach
  void theStoreIsEmptyOfOurs() throws Exception {
    fcvm.run("rmi", image.id());
  }

  private String name() {
    return registry.address() + "/app:1";
  }

  private static Path credentials(String user) throws IOException {
    return credentials(registry, user);
  }

  private static Path credentials(Registry registry, String user) throws IOException {
    String auth = Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
    return Files.writeString(
        Files.createTempFile(dir, "auth", ".json"),
        "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}".formatted(registry.address(), auth));
  }

  private Fcvm.Result pull(String name, String user) throws Exception {
    return fcvm.run("pull", "--tls-verify=false", "--authfile", credentials(user).toString(), name);
  }

  private boolean isStored() throws Exception {
    return fcvm.run("images", "--json").out().contains(image.id());
  }

  @Test
  void anImageIsPulledOnceAndRunsWithoutItsRegistry() throws Exception {
    Fcvm.Result pulled = pull(name(), USER);
    assertThat(pulled.exitCode()).as(pulled.err()).isZero();
    assertThat(pulled.out()).isEqualTo(image.id() + "\n");
    assertThat(fcvm.run("images").out()).contains(name()).contains(image.id().substring(0, 12));
    registry.pause();
    try {
      Fcvm.Result run =
          fcvm.run(
              "podman",
              "run",
              "--network",
              "none",
              "--pull",
              "newer",
              name(),
              "sh",
              "-c",
              "cat /etc/message; ls -ld /etc /gone 2>&1; stat -c %u:%a /etc/owned; echo $VALUE");
      assertThat(run.exitCode()).as(run.err()).isZero();
      assertThat(run.out())
          .contains("message from the image")
          .contains("/gone: No such file")
          .contains("drwxr-x---")
          .contains("12:4750")
          .contains("from the configuration");
    } finally {
      registry.resume();
    }
  }

  @Test
  void aRunPullsWhatIsMissingFromAnArchiveToo() throws Exception {
    Fcvm.Result run =
        fcvm.run("podman", "run", "oci:" + image.layout() + ":app", "cat", "/etc/message");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).isEqualTo("message from the image\n");
  }

  @Test
  void credentialsAreAskedForAndWrongOnesRefused() throws Exception {
    for (String user : new String[] {"someone:wrong", "nobody:secret"}) {
      Fcvm.Result refused = pull(name(), user);
      assertThat(refused.exitCode()).isEqualTo(125);
      assertThat(refused.err()).contains("--authfile").doesNotContain("secret");
    }
    assertThat(fcvm.run("pull", "--tls-verify=false", name()).err()).contains("--authfile");
    assertThat(isStored()).isFalse();
  }

  @Test
  void aPlainRegistryIsNotSpokenToUnasked() throws Exception {
    Fcvm.Result refused = fcvm.run("pull", "--authfile", credentials(USER).toString(), name());
    assertThat(refused.exitCode()).isEqualTo(125);
    assertThat(refused.err()).contains("--tls-verify=false");
  }

  @Test
  void aDigestIsKept() throws Exception {
    String repository = registry.address() + "/app";
    Fcvm.Result right = pull(repository + "@" + image.digest(), USER);
    assertThat(right.exitCode()).as(right.err()).isZero();
    Fcvm.Result wrong = pull(repository + "@sha256:" + "0".repeat(64), USER);
    assertThat(wrong.exitCode()).isEqualTo(125);
    assertThat(wrong.err()).contains("no such image, tag or digest");
    assertThat(fcvm.run("images", "--json").out()).contains(image.digest());
  }

  /// Whatever is asked of it, it sends its one manifest.
  @Test
  void anotherManifestThanTheOneAskedForIsRefused() throws Exception {
    try (StoppingRegistry lying = new StoppingRegistry(image, true)) {
      String name = lying.address() + "/app@sha256:" + "0".repeat(64);
      Fcvm.Result pulled = fcvm.run("pull", "--tls-verify=false", name);
      assertThat(pulled.exitCode()).isEqualTo(125);
      assertThat(pulled.err()).contains("digest");
    }
    assertThat(isStored()).isFalse();
  }

  @Test
  void aRegistryThatStopsInALayerLeavesTheStoreAsItWas() throws Exception {
    fetchFails(true, "the registry stopped sending");
    assertThat(pull(name(), USER).exitCode()).isZero();
  }

  @Test
  @Tag("slow") // a minute of patience
  void aRegistryThatSaysNothingMoreIsGivenUp() throws Exception {
    fetchFails(false, "nothing has come for 60 s");
    assertThat(pull(name(), USER).exitCode()).isZero();
  }

  private void fetchFails(boolean hangsUp, String why) throws Exception {
    try (StoppingRegistry stopping = new StoppingRegistry(image, hangsUp)) {
      Fcvm.Result stopped = fcvm.run("pull", "--tls-verify=false", stopping.address() + "/app:1");
      assertThat(stopped.exitCode()).isEqualTo(125);
      assertThat(stopped.err()).contains("cannot fetch").contains(stopping.address()).contains(why);
    }
    assertThat(isStored()).isFalse();
  }

  @Test
  void whoPullsWhatIsBeingPulledWaitsForIt() throws Exception {
    long before = registry.fetches(image.layer());
    String file = credentials(USER).toString();
    List<Fcvm.Running> pulls = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      pulls.add(fcvm.start("pull", "--tls-verify=false", "--authfile", file, name()));
    }
    for (Fcvm.Running pull : pulls) {
      Fcvm.Result result = pull.await(Duration.ofMinutes(2));
      assertThat(result.exitCode()).as(result.err()).isZero();
      assertThat(result.out()).isEqualTo(image.id() + "\n");
    }
    // None, if a pull that failed had left the layer there.
    assertThat(registry.fetches(image.layer()) - before).isLessThanOrEqualTo(1);
  }

  @Test
  void ofAListTheImageForTheComputerIsTaken() throws Exception {
    registry.push(image.layout(), "list", "list:1", USER);
    String list = registry.address() + "/list:1";
    String file = credentials(USER).toString();
    for (String arch : new String[] {"amd64", "arm64"}) {
      Fcvm.Result pulled =
          new Fcvm(arch).run("pull", "--tls-verify=false", "--authfile", file, list);
      assertThat(pulled.exitCode()).as(pulled.err()).isZero();
      assertThat(pulled.out())
          .isEqualTo((arch.equals("arm64") ? image.id() : image.amd64Id()) + "\n");
    }
    assertThat(fcvm.run("images").out()).contains("amd64").contains("arm64");
    assertThat(fcvm.run("rmi", image.amd64Id()).exitCode()).isZero();
  }

  @Test
  void aCertificateIsCheckedUnlessItIsNotAskedFor() throws Exception {
    TestCertificate certificate = TestCertificate.make(dir.resolve("certificate"));
    try (Registry tls = Registry.withTls(dir.resolve("tls"), certificate)) {
      tls.push(image.layout(), "app", "app:1", USER);
      String name = tls.address() + "/app:1";
      String file = credentials(tls, USER).toString();
      Fcvm.Result unknown = fcvm.run("pull", "--authfile", file, name);
      assertThat(unknown.exitCode()).isEqualTo(125);
      assertThat(unknown.err()).contains("certificate is not to be trusted");
      assertThat(isStored()).isFalse();

      Fcvm.Result unchecked = fcvm.run("pull", "--tls-verify=false", "--authfile", file, name);
      assertThat(unchecked.exitCode()).as(unchecked.err()).isZero();
      fcvm.run("rmi", image.id());

      Path home = dir.resolve("home");
      Path trusted = home.resolve(".config/containers/certs.d").resolve(tls.address());
      Files.createDirectories(trusted);
      Files.copy(certificate.certificate(), trusted.resolve("ca.crt"));
      Fcvm.Result checked =
          new Fcvm("arm64")
              .with("HOME", home.toString())
              .with("FCVM_DATA_DIR", Dirs.ofProcess().data().toString())
              .run("pull", "--authfile", file, name);
      assertThat(checked.exitCode()).as(checked.err()).isZero();
      assertThat(checked.out()).isEqualTo(image.id() + "\n");
    }
  }

  @Test
  void aRegistryWithAnotherLayerLeavesTheStoreAsItWas() throws Exception {
    registry.damage(
        image.layer(),
        bytes -> {
          bytes[bytes.length / 2] ^= 1;
          return bytes;
        });
    try {
      assertThat(pull(name(), USER).exitCode()).isEqualTo(125);
      assertThat(isStored()).isFalse();
    } finally {
      registry.mend(image.layer());
    }
    Fcvm.Result again = pull(name(), USER);
    assertThat(again.exitCode()).as(again.err()).isZero();
  }

  @Test
  void whatIsSavedCanBeLoaded() throws Exception {
    assertThat(pull(name(), USER).exitCode()).isZero();
    for (String format : new String[] {"docker-archive", "oci-archive"}) {
      Path file = dir.resolve(format + ".tar");
      Fcvm.Result saved = fcvm.run("save", "--format", format, "-o", file.toString(), name());
      assertThat(saved.exitCode()).as(saved.err()).isZero();
      Fcvm.Result removed = fcvm.run("rmi", name());
      assertThat(removed.out()).isEqualTo(name() + "\n");
      Fcvm.Result loaded = fcvm.run("load", "-i", file.toString());
      assertThat(loaded.exitCode()).as(loaded.err()).isZero();
      assertThat(loaded.out()).isEqualTo(name() + "\n");
    }
    fcvm.run("rmi", name());
  }

  @Test
  void aFullDiskIsToldSoAndLeavesNothing() throws Exception {
    Fcvm inNamespace =
        new Fcvm("arm64")
            .behind(
                "unshare",
                "--mount",
                "sh",
                "-c",
                "images=$1; shift; mkdir -p $images && mount -t tmpfs -o size=300k images $images"
                    + " && \"$@\"; code=$?; find $images -type f -path '*/names/*';"
                    + " find $images/staging -mindepth 1; exit $code",
                "sh",
                Dirs.ofProcess().data().resolve("images").toString());
    Fcvm.Result full = inNamespace.run("pull", "oci:" + image.layout() + ":app");
    assertThat(full.exitCode()).isEqualTo(125);
    assertThat(full.err()).contains("is full").contains("FCVM_DATA_DIR");
    assertThat(full.out()).isEmpty();
  }

  @Test
  void whatIsMissingIsToldSo() throws Exception {
    Fcvm.Result never = fcvm.run("podman", "run", "--pull", "never", name(), "true");
    assertThat(never.exitCode()).isEqualTo(125);
    assertThat(never.err()).contains("the store has no image " + name());
    assertThat(fcvm.run("pull", "oci-archive:/nonexistent.tar").err())
        .contains("there is no /nonexistent.tar");
    assertThat(fcvm.run("rmi", "localhost/nosuch").err()).contains("the store has no image");
    assertThat(fcvm.run("pull", "127.0.0.1:9/x").err()).contains("no registry at that address");
    try (Stream<Path> staging = Files.list(TestImage.store().resolve("staging"))) {
      assertThat(staging).isEmpty();
    }
  }
}
