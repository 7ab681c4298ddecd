/** 20,000 lines, 217,800 bytes. */
export const lines = Array.from({ length: 20_000 }, (_, i) => `record ${(i * 7_919) % 1_000}\n`).join('');

/** Those lines as the libraries of a Zeebe 8.6.0 compress them (Commons Compress 1.27.1 with zstd-jni 1.5.6). */
export const linesByZstd = Buffer.from(
  [
    'KLUv/QBYBCMA6kS0BxGwV3IAuWESzXtXRETqQhwZBHoAdAB0ADLa2Dlc/rBwNFKdhv/GJIyMRtaPkJHG+vJHZaOx9UMSRubVFih8',
    '610xEeKhNIqZ7Bwuf2yujlSnYZ8hGYlxtQUK33oPIXHxUBrFTFYexx+VzdWNodKwz5CMxJjSTPjWewiJS2cTwkixmWQrjx8Ph1BG',
    'AxACBgYFAgSDGls/REYj60fISDNZOVz+qGw0tn6IjEa23kNIXDrSTFYexx2VjcbWD5HRxvoRMtJY+yEzGls/REYb60fISGPth8xo',
    'bP2Q0cb6DxlprP2QGY2sHzLaWP8ho7H2QzSyfoiMNnbW5xEWjkauweK/MQkjo5H1IwKjsfVDZDSyfoSMNJOVx3EHZaOx9UNktLF+',
    'hIw01n7IjMbWD5HRxvoPGWms/ZAZja0fIqON9R8y0lg7ZEYj64fIaGP9h4zG2g+Z0cg+QkYb6z9kNNYOmdHI+hEy2lj/IaOx9UNm',
    'NLI2r5gI8Ug72zlc/qhsAhpbP0RGG+tHyEhj7YfMaGz9kNHG+g8Zaaz9kBmNrB8io431HzLSWD9kRiP7EBltrP+Q0Vg7ZEYj60fI',
    'aGP9h4zG1g+Z0cj6ETLa6D9kNLZ+yIxG1o+QkcbO4fJHZaOR6jTsMyQjMdfI+hEy0kxWHssflQWD6qjiMHe7AbKOJCIRufISGIFg',
    's5/9///vY9WNqgW3X0tk+rJjmkbmK7dVCGy0EhEZdwfRijkXgqghzDjnUimjK4ZYTNANYj4xp9lBhBjJF0RrjuriaxjnK0VER9yo',
    '4KtWhPyepUNcOgcBH+JZcSKIFiQIQkSQEVNCaAwTCrGyMxNTtm6I46cg1jzmEnLPlwWR30IkAckIbrFVu5gyZP6FmzhCmD8wUkPQ',
    'WyI3vMm9ny9Dl3Fp18lUhDKaK8LZp1SRS6WxEE4Qg46uN1VkekMJyKT7V1EQ8ZbRIOJ1o1WIMyFyj8uE6BErDdFtEMJZF0G7yZQ/',
    'W80kxB85CN6KCFduEIcOonJFHClV0c8VQ3yAFlW9eomQ2c0gPleFuKyY+GwhTp0g2NUNUU4K4j3HbNWDEM5zG8CMCUN8Q106CO5G',
    '1BBXYqAhfE1BhDSI+XczshpKdpnNFJE+5j6EKoZo3iG68mEI7twWMGPCEN9Qlw6CuxHnI/gxHURceQjO74gHY+iIhVRMQ2EjUKOa',
    'EQ3jkxEWFcK1JQGT9CJ41LQiuhkEHl8Gi2oipB4IXB4WwUsQhY9trRziTSHYDVFBIcLkCK5+O0RARH5aM0EMMWAokyiEoCCYEWK3',
    'kh2R21wtLERgCJ6zEcoIUYBJmDEIQUBwZBC/GemSkLoIAZEPkTXBqPrsIa6rCxPEEVLgHyKO6vtCdmV1bFvBT6RBMXw2X+xxYYIw',
    'Qhg5wASJmHvEwoRixCLAE4CqPXHEUXhPEHy4Q5hAFpH+xR0XAeDghDKEULobG8UEo4AwRiGHBznCQDvVmmqnWmWgNdVOtbCp1t6p',
    'lgBvK0wAAAhyAQDEUjkQAgEAAA==',
  ].join(''),
  'base64',
);
