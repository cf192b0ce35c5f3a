using System.Net;
using Amazon.Runtime;
using DriftWatch.Options;

namespace DriftWatch.Recalibrating;

/// <summary>What an object store's error means, and what to do about it.</summary>
internal static class StoreTrouble
{
    /// <param name="trouble">What the client threw.</param>
    /// <param name="bucket">Which bucket was asked for.</param>
    /// <param name="options">Where it was looked for.</param>
    public static string Describe(Exception trouble, string bucket, RecalibrationOptions options) => trouble switch
    {
        AmazonServiceException { ErrorCode: "NoSuchBucket" } => $"{Where(options)} has no bucket {bucket}. Create it, or correct recalibration.store.",
        AmazonServiceException { ErrorCode: "InvalidAccessKeyId" or "SignatureDoesNotMatch" or "ExpiredToken" or "InvalidToken" or "TokenRefreshRequired" } refused =>
            $"{Where(options)} refuses the credentials ({refused.ErrorCode}). They are found as every AWS client finds them: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or the role of the pod or machine.",
        AmazonServiceException { ErrorCode: "RequestTimeTooSkewed" } => $"the clock of this machine and that of {Where(options)} differ by more than they may. Set it right.",
        AmazonServiceException { ErrorCode: "AccessDenied" or "AllAccessDisabled" } or AmazonServiceException { StatusCode: HttpStatusCode.Forbidden } =>
            $"{Where(options)} does not allow it. Whoever runs driftwatch recalibrate needs s3:ListBucket on {bucket}, and s3:GetObject, s3:PutObject and s3:DeleteObject under its prefix.",
        AmazonServiceException { ErrorCode: "PermanentRedirect" or "AuthorizationHeaderMalformed" or "IllegalLocationConstraintException" } or AmazonServiceException { StatusCode: HttpStatusCode.MovedPermanently } =>
            $"the bucket {bucket} is in another region. Set recalibration.storeRegion.",
        AmazonServiceException { InnerException: HttpRequestException unreachable } => Unreachable(unreachable, options),
        AmazonServiceException { StatusCode: >= HttpStatusCode.InternalServerError } busy => $"{Where(options)} answered {(int)busy.StatusCode} {busy.ErrorCode}: {Sentence(busy.Message)}",
        AmazonServiceException { StatusCode: not 0 } said => $"{Where(options)} answered {(int)said.StatusCode} {said.ErrorCode}: {Sentence(said.Message)}",
        HttpRequestException unreachable => Unreachable(unreachable, options),
        OperationCanceledException or TimeoutException => $"{Where(options)} did not answer in time.",
        AmazonClientException { Message: var message } when message.Contains("credentials", StringComparison.OrdinalIgnoreCase) =>
            "there are no credentials. They are found as every AWS client finds them: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or the role of the pod or machine.",
        AmazonClientException { Message: var message } when message.Contains("region", StringComparison.OrdinalIgnoreCase) =>
            "no region is set. Set recalibration.storeRegion (or AWS_REGION), or for a store that is not Amazon's recalibration.storeEndpoint.",
        _ => Sentence(trouble.Message),
    };

    private static string Unreachable(HttpRequestException unreachable, RecalibrationOptions options) =>
        $"{Where(options)} does not answer ({unreachable.InnerException?.Message ?? unreachable.Message}). See that it runs, and that recalibration.storeEndpoint{(options.StorePathStyle ? "" : " and .storePathStyle (true where buckets are paths and not host names)")} is right.";

    private static string Where(RecalibrationOptions options) => options.StoreEndpoint ?? "Amazon S3";

    private static string Sentence(string message) => message.TrimEnd('.') + ".";
}
