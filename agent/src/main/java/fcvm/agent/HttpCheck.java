package fcvm.agent;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;

/// Fetches a URL in the guest, for a health check: 0 if the answer is a success or points
/// elsewhere, else 1.
public final class HttpCheck {
  private static final int FIRST_ERROR = 400;
  private static final int PATIENCE_MILLIS = 60_000;

  private HttpCheck() {}

  /// Ends the process with what came out.
  ///
  /// @param arguments the URL
  public static void main(String[] arguments) {
    System.exit(isWell(arguments[0]) ? 0 : 1);
  }

  static boolean isWell(String url) {
    try {
      HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
      connection.setInstanceFollowRedirects(false);
      connection.setConnectTimeout(PATIENCE_MILLIS);
      connection.setReadTimeout(PATIENCE_MILLIS);
      return connection.getResponseCode() < FIRST_ERROR;
    } catch (IOException | IllegalArgumentException | ClassCastException e) {
      System.err.println(url + ": " + e.getMessage());
      return false;
    }
  }
}
