package fcvm.tests;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// A registry with one image, which sends half of a layer and then hangs up, or nothing more.
final class StoppingRegistry implements AutoCloseable {
  private final TestImage image;
  private final boolean hangsUp;
  private final CountDownLatch over = new CountDownLatch(1);
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /// @param hangsUp otherwise the connection stays
  StoppingRegistry(TestImage image, boolean hangsUp) throws IOException {
    this.image = image;
    this.hangsUp = hangsUp;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v2/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      String name = path.substring(path.lastIndexOf('/') + 1);
      if (name.isEmpty()) {
        exchange.sendResponseHeaders(200, -1);
        return;
      }
      String digest = path.contains("/manifests/") ? image.digest() : name;
      Path blob =
          image.layout().resolve("blobs/sha256").resolve(digest.substring("sha256:".length()));
      byte[] bytes = Files.readAllBytes(blob);
      exchange
          .getResponseHeaders()
          .set(
              "Content-Type",
              path.contains("/manifests/")
                  ? "application/vnd.oci.image.manifest.v1+json"
                  : "application/octet-stream");
      exchange.sendResponseHeaders(200, bytes.length);
      boolean isLayer = digest.endsWith(image.layer());
      exchange.getResponseBody().write(bytes, 0, isLayer ? bytes.length / 2 : bytes.length);
      if (isLayer && !hangsUp) {
        exchange.getResponseBody().flush();
        over.await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    over.countDown();
    server.stop(0);
    threads.close();
  }
}
