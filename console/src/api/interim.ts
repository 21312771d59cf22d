// Interim: written from the operation table until console/openapi.json exists; then `npm run gen` replaces this file.
export interface operations {
  ActivateMediaWorkflow: { in: {
    MediaWorkflowId: string;
  }; out: {
    MediaWorkflow?: {
      CreationTime?: string;
      MediaWorkflowId?: string;
      Name?: string;
      State?: string;
      Topology?: string;
    };
    RequestId?: string;
  } };
  AddMedia: { in: {
    FileURL: string;
    CateId?: number;
    CoverURL?: string;
    Description?: string;
    InputUnbind?: boolean;
    MediaWorkflowId?: string;
    MediaWorkflowUserData?: string;
    OverrideParams?: string;
    Tags?: string;
    Title?: string;
  }; out: {
    Media?: {
      Bitrate?: string;
      CateId?: number;
      CensorState?: string;
      CoverURL?: string;
      CreationTime?: string;
      Description?: string;
      Duration?: string;
      File?: {
        State?: string;
        URL?: string;
      };
      Format?: string;
      Fps?: string;
      Height?: string;
      MediaId?: string;
      PublishState?: string;
      RunIdList?: {
        RunId?: string[];
      };
      Size?: string;
      Tags?: {
        Tag?: string[];
      };
      Title?: string;
      Width?: string;
    };
    RequestId?: string;
  } };
  AddMediaTag: { in: {
    MediaId: string;
    Tag?: string;
  }; out: {
    RequestId?: string;
  } };
  AddMediaWorkflow: { in: {
    Name: string;
    Topology: string;
    TriggerMode?: string;
  }; out: {
    MediaWorkflow?: {
      CreationTime?: string;
      MediaWorkflowId?: string;
      Name?: string;
      State?: string;
      Topology?: string;
      TriggerMode?: string;
    };
    RequestId?: string;
  } };
  AddPipeline: { in: {
    Name: string;
    NotifyConfig?: string;
    Role?: string;
    Speed?: string;
    SpeedLevel?: number;
  }; out: {
    Pipeline?: {
      Id?: string;
      Name?: string;
      NotifyConfig?: {
        MqTag?: string;
        MqTopic?: string;
        QueueName?: string;
        Topic?: string;
      };
      QuotaAllocate?: number;
      Role?: string;
      Speed?: string;
      SpeedLevel?: number;
      State?: string;
    };
    RequestId?: string;
  } };
  AddTemplate: { in: {
    Name: string;
    Audio?: string;
    Container?: string;
    MuxConfig?: string;
    TransConfig?: string;
    Video?: string;
  }; out: {
    RequestId?: string;
    Template?: {
      Audio?: {
        Bitrate?: string;
        Channels?: string;
        Codec?: string;
        Profile?: string;
        Qscale?: string;
        Remove?: string;
        Samplerate?: string;
        Volume?: {
          IntegratedLoudnessTarget?: string;
          Level?: string;
          LoudnessRangeTarget?: string;
          Method?: string;
          PeakLevel?: string;
          TruePeak?: string;
        };
      };
      Container?: {
        Format?: string;
      };
      Id?: string;
      MuxConfig?: {
        Gif?: {
          DitherMode?: string;
          FinalDelay?: string;
          IsCustomPalette?: string;
          Loop?: string;
        };
        Segment?: {
          Duration?: string;
        };
        Webp?: {
          Loop?: string;
        };
      };
      Name?: string;
      State?: string;
      TransConfig?: {
        AdjDarMethod?: string;
        IsCheckAudioBitrate?: string;
        IsCheckAudioBitrateFail?: string;
        IsCheckReso?: string;
        IsCheckResoFail?: string;
        IsCheckVideoBitrate?: string;
        IsCheckVideoBitrateFail?: string;
        TransMode?: string;
      };
      Video?: {
        Bitrate?: string;
        BitrateBnd?: {
          Max?: string;
          Min?: string;
        };
        Bufsize?: string;
        Codec?: string;
        Crf?: string;
        Crop?: string;
        Degrain?: string;
        Fps?: string;
        Gop?: string;
        Hdr2sdr?: string;
        Height?: string;
        LongShortMode?: string;
        MaxFps?: string;
        Maxrate?: string;
        NarrowBand?: {
          Abrmax?: number;
          MaxAbrRatio?: number;
          Version?: string;
        };
        Pad?: string;
        PixFmt?: string;
        Preset?: string;
        Profile?: string;
        Qscale?: string;
        Remove?: string;
        ResoPriority?: string;
        ScanMode?: string;
        Width?: string;
      };
    };
  } };
  AddWaterMarkTemplate: { in: {
    Config: string;
    Name: string;
  }; out: {
    RequestId?: string;
    WaterMarkTemplate?: {
      Dx?: string;
      Dy?: string;
      Height?: string;
      Id?: string;
      Name?: string;
      RatioRefer?: {
        Dx?: string;
        Dy?: string;
        Height?: string;
        Width?: string;
      };
      ReferPos?: string;
      State?: string;
      Timeline?: {
        Duration?: string;
        Start?: string;
      };
      Type?: string;
      Width?: string;
    };
  } };
  BindInputBucket: { in: {
    Bucket: string;
    Referer?: string;
  }; out: {
    RequestId?: string;
  } };
  BindOutputBucket: { in: {
    Bucket: string;
  }; out: {
    RequestId?: string;
  } };
  CancelJob: { in: {
    JobId: string;
  }; out: {
    JobId?: string;
    RequestId?: string;
  } };
  CreateFpShotDB: { in: {
    Name: string;
    Config?: string;
    Description?: string;
    ModelId?: number;
  }; out: {
    FpShotDB?: {
      Config?: string;
      Description?: string;
      FpDBId?: string;
      ModelId?: number;
      Name?: string;
      State?: string;
    };
    RequestId?: string;
  } };
  DeactivateMediaWorkflow: { in: {
    MediaWorkflowId: string;
  }; out: {
    MediaWorkflow?: {
      CreationTime?: string;
      MediaWorkflowId?: string;
      Name?: string;
      State?: string;
      Topology?: string;
    };
    RequestId?: string;
  } };
  DeleteMedia: { in: {
    MediaIds: string;
  }; out: {
    RequestId?: string;
  } };
  DeleteMediaTag: { in: {
    MediaId: string;
    Tag?: string;
  }; out: {
    RequestId?: string;
  } };
  DeleteMediaWorkflow: { in: {
    MediaWorkflowId: string;
  }; out: {
    MediaWorkflow?: {
      CreationTime?: string;
      MediaWorkflowId?: string;
      Name?: string;
      State?: string;
      Topology?: string;
    };
    RequestId?: string;
  } };
  DeletePipeline: { in: {
    PipelineId: string;
  }; out: {
    PipelineId?: string;
    RequestId?: string;
  } };
  DeleteTemplate: { in: {
    TemplateId: string;
  }; out: {
    RequestId?: string;
    TemplateId?: string;
  } };
  DeleteWaterMarkTemplate: { in: {
    WaterMarkTemplateId: string;
  }; out: {
    RequestId?: string;
    WaterMarkTemplateId?: string;
  } };
  ListAllMediaBucket: { in: {
    MaximumPageSize?: number;
    NextPageToken?: string;
  }; out: {
    MediaBucketList?: {
      MediaBucket?: {
        Bucket?: string;
        Referer?: string;
        Type?: string;
      }[];
    };
    NextPageToken?: string;
    RequestId?: string;
  } };
  ListFpShotDB: { in: {
    FpDBIds?: string;
  }; out: {
    FpShotDBList?: {
      FpShotDB?: {
        Description?: string;
        FpDBId?: string;
        ModelId?: number;
        Name?: string;
        Status?: string;
      }[];
    };
    NonExistIds?: {
      String?: string[];
    };
    RequestId?: string;
  } };
  ListJob: { in: {
    EndOfJobCreatedTimeRange?: string;
    MaximumPageSize?: number;
    NextPageToken?: string;
    PipelineId?: string;
    StartOfJobCreatedTimeRange?: string;
    State?: string;
  }; out: {
    JobList?: {
      Job?: {
        Code?: string;
        CreationTime?: string;
        FinishTime?: string;
        Input?: {
          Bucket?: string;
          Location?: string;
          Object?: string;
        };
        JobId?: string;
        MNSMessageResult?: {
          ErrorCode?: string;
          ErrorMessage?: string;
          MessageId?: string;
        };
        Message?: string;
        Output?: {
          Audio?: {
            Bitrate?: string;
            Channels?: string;
            Codec?: string;
            Profile?: string;
            Qscale?: string;
            Samplerate?: string;
            Volume?: {
              Level?: string;
              Method?: string;
            };
          };
          AudioStreamMap?: string;
          Clip?: {
            TimeSpan?: {
              Duration?: string;
              Seek?: string;
            };
          };
          Container?: {
            Format?: string;
          };
          DeWatermark?: string;
          Encryption?: {
            Id?: string;
            Key?: string;
            KeyType?: string;
            KeyUri?: string;
            SkipCnt?: string;
            Type?: string;
          };
          M3U8NonStandardSupport?: {
            TS?: {
              Md5Support?: boolean;
              SizeSupport?: boolean;
            };
          };
          MergeConfigUrl?: string;
          MergeList?: {
            Merge?: {
              Duration?: string;
              MergeURL?: string;
              RoleArn?: string;
              Start?: string;
            }[];
          };
          MuxConfig?: {
            Gif?: {
              DitherMode?: string;
              FinalDelay?: string;
              IsCustomPalette?: string;
              Loop?: string;
            };
            Segment?: {
              Duration?: string;
            };
            Webp?: {
              Loop?: string;
            };
          };
          OpeningList?: {
            Opening?: {
              Height?: string;
              Start?: string;
              Width?: string;
              openUrl?: string;
            }[];
          };
          OutSubtitleList?: {
            OutSubtitle?: {
              Map?: string;
              Message?: string;
              OutSubtitleFile?: {
                Bucket?: string;
                Location?: string;
                Object?: string;
                RoleArn?: string;
              };
              Success?: boolean;
            }[];
          };
          OutputFile?: {
            Bucket?: string;
            Location?: string;
            Object?: string;
            RoleArn?: string;
          };
          Priority?: string;
          Properties?: {
            Bitrate?: string;
            Duration?: string;
            FileFormat?: string;
            FileSize?: string;
            Format?: {
              Bitrate?: string;
              Duration?: string;
              FormatLongName?: string;
              FormatName?: string;
              NumPrograms?: string;
              NumStreams?: string;
              Size?: string;
              StartTime?: string;
            };
            Fps?: string;
            Height?: string;
            Streams?: {
              AudioStreamList?: {
                AudioStream?: {
                  Bitrate?: string;
                  ChannelLayout?: string;
                  Channels?: string;
                  CodecLongName?: string;
                  CodecName?: string;
                  CodecTag?: string;
                  CodecTagString?: string;
                  CodecTimeBase?: string;
                  Duration?: string;
                  Index?: string;
                  Lang?: string;
                  NumFrames?: string;
                  SampleFmt?: string;
                  Samplerate?: string;
                  StartTime?: string;
                  Timebase?: string;
                }[];
              };
              SubtitleStreamList?: {
                SubtitleStream?: {
                  Index?: string;
                  Lang?: string;
                }[];
              };
              VideoStreamList?: {
                VideoStream?: {
                  AvgFPS?: string;
                  Bitrate?: string;
                  CodecLongName?: string;
                  CodecName?: string;
                  CodecTag?: string;
                  CodecTagString?: string;
                  CodecTimeBase?: string;
                  Dar?: string;
                  Duration?: string;
                  Fps?: string;
                  HasBFrames?: string;
                  Height?: string;
                  Index?: string;
                  Lang?: string;
                  Level?: string;
                  NetworkCost?: {
                    AvgBitrate?: string;
                    CostBandwidth?: string;
                    PreloadTime?: string;
                  };
                  NumFrames?: string;
                  PixFmt?: string;
                  Profile?: string;
                  Sar?: string;
                  StartTime?: string;
                  Timebase?: string;
                  Width?: string;
                }[];
              };
            };
            Width?: string;
          };
          Rotate?: string;
          SubtitleConfig?: {
            ExtSubtitleList?: {
              ExtSubtitle?: {
                CharEnc?: string;
                FontName?: string;
                Input?: {
                  Bucket?: string;
                  Location?: string;
                  Object?: string;
                };
              }[];
            };
            SubtitleList?: {
              Subtitle?: {
                Map?: string;
              }[];
            };
          };
          SuperReso?: {
            IsHalfSample?: string;
          };
          TailSlateList?: {
            TailSlate?: {
              BgColor?: string;
              BlendDuration?: string;
              Height?: string;
              IsMergeAudio?: boolean;
              Start?: string;
              TailUrl?: string;
              Width?: string;
            }[];
          };
          TemplateId?: string;
          TransConfig?: {
            AdjDarMethod?: string;
            IsCheckAudioBitrate?: string;
            IsCheckAudioBitrateFail?: string;
            IsCheckReso?: string;
            IsCheckResoFail?: string;
            IsCheckVideoBitrate?: string;
            IsCheckVideoBitrateFail?: string;
            TransMode?: string;
          };
          UserData?: string;
          Video?: {
            Bitrate?: string;
            BitrateBnd?: {
              Max?: string;
              Min?: string;
            };
            Bufsize?: string;
            Codec?: string;
            Crf?: string;
            Crop?: string;
            Degrain?: string;
            Fps?: string;
            Gop?: string;
            Height?: string;
            MaxFps?: string;
            Maxrate?: string;
            Pad?: string;
            PixFmt?: string;
            Preset?: string;
            Profile?: string;
            Qscale?: string;
            ResoPriority?: string;
            ScanMode?: string;
            Width?: string;
          };
          VideoStreamMap?: string;
          WaterMarkConfigUrl?: string;
          WaterMarkList?: {
            WaterMark?: {
              Dx?: string;
              Dy?: string;
              Height?: string;
              InputFile?: {
                Bucket?: string;
                Location?: string;
                Object?: string;
              };
              ReferPos?: string;
              Type?: string;
              WaterMarkTemplateId?: string;
              Width?: string;
            }[];
          };
        };
        Percent?: number;
        PipelineId?: string;
        State?: string;
      }[];
    };
    NextPageToken?: string;
    RequestId?: string;
  } };
  ListMediaWorkflowExecutions: { in: {
    InputFileURL?: string;
    MaximumPageSize?: number;
    MediaWorkflowId?: string;
    MediaWorkflowName?: string;
    NextPageToken?: string;
  }; out: {
    MediaWorkflowExecutionList?: {
      MediaWorkflowExecution?: {
        ActivityList?: {
          Activity?: {
            Code?: string;
            EndTime?: string;
            JobId?: string;
            MNSMessageResult?: {
              ErrorCode?: string;
              ErrorMessage?: string;
              MessageId?: string;
            };
            Message?: string;
            Name?: string;
            StartTime?: string;
            State?: string;
            Type?: string;
          }[];
        };
        CreationTime?: string;
        Input?: {
          InputFile?: {
            Bucket?: string;
            Location?: string;
            Object?: string;
          };
          UserData?: string;
        };
        MediaId?: string;
        MediaWorkflowId?: string;
        Name?: string;
        RunId?: string;
        State?: string;
      }[];
    };
    NextPageToken?: string;
    RequestId?: string;
  } };
  QueryAnalysisJobList: { in: {
    AnalysisJobIds: string;
  }; out: {
    AnalysisJobList?: {
      AnalysisJob?: {
        AnalysisConfig?: {
          PropertiesControl?: {
            Crop?: {
              Height?: string;
              Left?: string;
              Mode?: string;
              Top?: string;
              Width?: string;
            };
            Deinterlace?: string;
          };
          QualityControl?: {
            MethodStreaming?: string;
            RateQuality?: string;
          };
        };
        Code?: string;
        CreationTime?: string;
        Id?: string;
        InputFile?: {
          Bucket?: string;
          Location?: string;
          Object?: string;
        };
        MNSMessageResult?: {
          ErrorCode?: string;
          ErrorMessage?: string;
          MessageId?: string;
        };
        Message?: string;
        Percent?: number;
        PipelineId?: string;
        Priority?: string;
        State?: string;
        TemplateList?: {
          Template?: {
            Audio?: {
              Bitrate?: string;
              Channels?: string;
              Codec?: string;
              Profile?: string;
              Qscale?: string;
              Samplerate?: string;
            };
            Container?: {
              Format?: string;
            };
            Id?: string;
            MuxConfig?: {
              Gif?: {
                FinalDelay?: string;
                Loop?: string;
              };
              Segment?: {
                Duration?: string;
              };
            };
            Name?: string;
            State?: string;
            TransConfig?: {
              TransMode?: string;
            };
            Video?: {
              Bitrate?: string;
              BitrateBnd?: {
                Max?: string;
                Min?: string;
              };
              Bufsize?: string;
              Codec?: string;
              Crf?: string;
              Degrain?: string;
              Fps?: string;
              Gop?: string;
              Height?: string;
              Maxrate?: string;
              PixFmt?: string;
              Preset?: string;
              Profile?: string;
              Qscale?: string;
              ScanMode?: string;
              Width?: string;
            };
          }[];
        };
        UserData?: string;
      }[];
    };
    NonExistAnalysisJobIds?: {
      String?: string[];
    };
    RequestId?: string;
  } };
  QueryFpShotJobList: { in: {
    EndOfJobCreatedTimeRange?: string;
    JobIds?: string;
    MaximumPageSize?: number;
    NextPageToken?: string;
    PipelineId?: string;
    StartOfJobCreatedTimeRange?: string;
    State?: string;
  }; out: {
    FpShotJobList?: {
      FpShotJob?: {
        Code?: string;
        CreationTime?: string;
        Duration?: number;
        FileId?: string;
        FinishTime?: string;
        FpShotConfig?: {
          FpDBId?: string;
          PrimaryKey?: string;
          SaveType?: string;
        };
        FpShotResult?: {
          AudioFpShots?: {
            FpShot?: {
              FpShotSlices?: {
                FpShotSlice?: {
                  Duplication?: {
                    Duration?: string;
                    Start?: string;
                  };
                  Input?: {
                    Duration?: string;
                    Start?: string;
                  };
                  Similarity?: string;
                }[];
              };
              PrimaryKey?: string;
              Similarity?: string;
            }[];
          };
          FpShots?: {
            FpShot?: {
              FpShotSlices?: {
                FpShotSlice?: {
                  Duplication?: {
                    Duration?: string;
                    Start?: string;
                  };
                  Input?: {
                    Duration?: string;
                    Start?: string;
                  };
                  Similarity?: string;
                }[];
              };
              PrimaryKey?: string;
              Similarity?: string;
            }[];
          };
          TextFpShots?: {
            TextFpShot?: {
              PrimaryKey?: string;
              Similarity?: string;
              TextFpShotSlices?: {
                TextFpShotSlice?: {
                  DuplicationText?: string;
                  InputFragment?: {
                    Duration?: string;
                    Start?: string;
                  };
                  InputText?: string;
                  Similarity?: string;
                }[];
              };
            }[];
          };
        };
        Id?: string;
        Input?: string;
        InputFile?: {
          Bucket?: string;
          Location?: string;
          Object?: string;
        };
        Message?: string;
        PipelineId?: string;
        State?: string;
        UserData?: string;
      }[];
    };
    NextPageToken?: string;
    NonExistIds?: {
      String?: string[];
    };
    RequestId?: string;
  } };
  QueryJobList: { in: {
    JobIds: string;
  }; out: {
    JobList?: {
      Job?: {
        Code?: string;
        CreationTime?: string;
        FinishTime?: string;
        Input?: {
          Bucket?: string;
          Location?: string;
          Object?: string;
        };
        JobId?: string;
        MNSMessageResult?: {
          ErrorCode?: string;
          ErrorMessage?: string;
          MessageId?: string;
        };
        Message?: string;
        Output?: {
          Audio?: {
            Bitrate?: string;
            Channels?: string;
            Codec?: string;
            Profile?: string;
            Qscale?: string;
            Samplerate?: string;
            Volume?: {
              Level?: string;
              Method?: string;
            };
          };
          AudioStreamMap?: string;
          Clip?: {
            TimeSpan?: {
              Duration?: string;
              Seek?: string;
            };
          };
          Container?: {
            Format?: string;
          };
          DeWatermark?: string;
          Encryption?: {
            Id?: string;
            Key?: string;
            KeyType?: string;
            KeyUri?: string;
            SkipCnt?: string;
            Type?: string;
          };
          ExtendData?: string;
          M3U8NonStandardSupport?: {
            TS?: {
              Md5Support?: boolean;
              SizeSupport?: boolean;
            };
          };
          MergeConfigUrl?: string;
          MergeList?: {
            Merge?: {
              Duration?: string;
              MergeURL?: string;
              RoleArn?: string;
              Start?: string;
            }[];
          };
          MultiSpeedInfo?: {
            Code?: string;
            DowngradePolicy?: string;
            Duration?: number;
            Enable?: string;
            Message?: string;
            RealSpeed?: number;
            SettingSpeed?: number;
            TimeCost?: number;
          };
          MuxConfig?: {
            Gif?: {
              DitherMode?: string;
              FinalDelay?: string;
              IsCustomPalette?: string;
              Loop?: string;
            };
            Segment?: {
              Duration?: string;
            };
            Webp?: {
              Loop?: string;
            };
          };
          OpeningList?: {
            Opening?: {
              Height?: string;
              Start?: string;
              Width?: string;
              openUrl?: string;
            }[];
          };
          OutSubtitleList?: {
            OutSubtitle?: {
              Map?: string;
              Message?: string;
              OutSubtitleFile?: {
                Bucket?: string;
                Location?: string;
                Object?: string;
                RoleArn?: string;
              };
              Success?: boolean;
            }[];
          };
          OutputFile?: {
            Bucket?: string;
            Location?: string;
            Object?: string;
            RoleArn?: string;
          };
          Priority?: string;
          Properties?: {
            Bitrate?: string;
            Duration?: string;
            FileFormat?: string;
            FileMd5?: string;
            FileSize?: string;
            Format?: {
              Bitrate?: string;
              Duration?: string;
              FormatLongName?: string;
              FormatName?: string;
              NumPrograms?: string;
              NumStreams?: string;
              Size?: string;
              StartTime?: string;
            };
            Fps?: string;
            Height?: string;
            SourceLogos?: {
              SourceLogo?: {
                Source?: string;
              }[];
            };
            Streams?: {
              AudioStreamList?: {
                AudioStream?: {
                  Bitrate?: string;
                  ChannelLayout?: string;
                  Channels?: string;
                  CodecLongName?: string;
                  CodecName?: string;
                  CodecTag?: string;
                  CodecTagString?: string;
                  CodecTimeBase?: string;
                  Duration?: string;
                  Index?: string;
                  Lang?: string;
                  NumFrames?: string;
                  SampleFmt?: string;
                  Samplerate?: string;
                  StartTime?: string;
                  Timebase?: string;
                }[];
              };
              SubtitleStreamList?: {
                SubtitleStream?: {
                  Index?: string;
                  Lang?: string;
                }[];
              };
              VideoStreamList?: {
                VideoStream?: {
                  AvgFPS?: string;
                  Bitrate?: string;
                  CodecLongName?: string;
                  CodecName?: string;
                  CodecTag?: string;
                  CodecTagString?: string;
                  CodecTimeBase?: string;
                  Dar?: string;
                  Duration?: string;
                  Fps?: string;
                  HasBFrames?: string;
                  Height?: string;
                  Index?: string;
                  Lang?: string;
                  Level?: string;
                  NetworkCost?: {
                    AvgBitrate?: string;
                    CostBandwidth?: string;
                    PreloadTime?: string;
                  };
                  NumFrames?: string;
                  PixFmt?: string;
                  Profile?: string;
                  Sar?: string;
                  StartTime?: string;
                  Timebase?: string;
                  Width?: string;
                  bitsPerRawSample?: string;
                  colorPrimaries?: string;
                  colorTransfer?: string;
                }[];
              };
            };
            Width?: string;
          };
          Rotate?: string;
          SubtitleConfig?: {
            ExtSubtitleList?: {
              ExtSubtitle?: {
                CharEnc?: string;
                FontName?: string;
                Input?: {
                  Bucket?: string;
                  Location?: string;
                  Object?: string;
                };
              }[];
            };
            SubtitleList?: {
              Subtitle?: {
                Map?: string;
              }[];
            };
          };
          SuperReso?: {
            IsHalfSample?: string;
          };
          TailSlateList?: {
            TailSlate?: {
              BgColor?: string;
              BlendDuration?: string;
              Height?: string;
              IsMergeAudio?: boolean;
              Start?: string;
              TailUrl?: string;
              Width?: string;
            }[];
          };
          TemplateId?: string;
          TransConfig?: {
            AdjDarMethod?: string;
            IsCheckAudioBitrate?: string;
            IsCheckAudioBitrateFail?: string;
            IsCheckReso?: string;
            IsCheckResoFail?: string;
            IsCheckVideoBitrate?: string;
            IsCheckVideoBitrateFail?: string;
            TransMode?: string;
          };
          UserData?: string;
          Video?: {
            Bitrate?: string;
            BitrateBnd?: {
              Max?: string;
              Min?: string;
            };
            Bufsize?: string;
            Codec?: string;
            Crf?: string;
            Crop?: string;
            Degrain?: string;
            Fps?: string;
            Gop?: string;
            Height?: string;
            MaxFps?: string;
            Maxrate?: string;
            Pad?: string;
            PixFmt?: string;
            Preset?: string;
            Profile?: string;
            Qscale?: string;
            ResoPriority?: string;
            ScanMode?: string;
            Width?: string;
          };
          VideoStreamMap?: string;
          WaterMarkConfigUrl?: string;
          WaterMarkList?: {
            WaterMark?: {
              Dx?: string;
              Dy?: string;
              Height?: string;
              InputFile?: {
                Bucket?: string;
                Location?: string;
                Object?: string;
              };
              ReferPos?: string;
              Type?: string;
              WaterMarkTemplateId?: string;
              Width?: string;
            }[];
          };
        };
        Percent?: number;
        PipelineId?: string;
        State?: string;
        SubmitTime?: string;
      }[];
    };
    NonExistJobIds?: {
      String?: string[];
    };
    RequestId?: string;
  } };
  QueryMediaCensorJobDetail: { in: {
    JobId: string;
    MaximumPageSize?: number;
    NextPageToken?: string;
  }; out: {
    MediaCensorJobDetail?: {
      AudioCensorResult?: {
        AudioDetailResultList?: {
          AudioDetailResult?: {
            EndTime?: number;
            Label?: string;
            StartTime?: number;
            Text?: string;
          }[];
        };
        Label?: string;
        Suggestion?: string;
      };
      BarrageCensorResult?: {
        Label?: string;
        Rate?: string;
        Scene?: string;
        Suggestion?: string;
      };
      Code?: string;
      CoverImageCensorResults?: {
        CoverImageCensorResult?: {
          Bucket?: string;
          Location?: string;
          Object?: string;
          Results?: {
            Result?: {
              Label?: string;
              Rate?: string;
              Scene?: string;
              Suggestion?: string;
            }[];
          };
        }[];
      };
      CreationTime?: string;
      DescCensorResult?: {
        Label?: string;
        Rate?: string;
        Scene?: string;
        Suggestion?: string;
      };
      FinishTime?: string;
      Input?: {
        Bucket?: string;
        Location?: string;
        Object?: string;
      };
      JobId?: string;
      Message?: string;
      PipelineId?: string;
      State?: string;
      Suggestion?: string;
      TitleCensorResult?: {
        Label?: string;
        Rate?: string;
        Scene?: string;
        Suggestion?: string;
      };
      UserData?: string;
      VensorCensorResult?: {
        CensorResults?: {
          CensorResult?: {
            Label?: string;
            Rate?: string;
            Scene?: string;
            Suggestion?: string;
          }[];
        };
        NextPageToken?: string;
        VideoTimelines?: {
          VideoTimeline?: {
            CensorResults?: {
              CensorResult?: {
                Label?: string;
                Rate?: string;
                Scene?: string;
                Suggestion?: string;
              }[];
            };
            Object?: string;
            Timestamp?: string;
          }[];
        };
      };
      VideoCensorConfig?: {
        BizType?: string;
        OutputFile?: {
          Bucket?: string;
          Location?: string;
          Object?: string;
        };
        VideoCensor?: string;
      };
    };
    RequestId?: string;
  } };
  QueryMediaCensorJobList: { in: {
    EndOfJobCreatedTimeRange?: string;
    JobIds?: string;
    MaximumPageSize?: number;
    NextPageToken?: string;
    PipelineId?: string;
    StartOfJobCreatedTimeRange?: string;
    State?: string;
  }; out: {
    MediaCensorJobList?: {
      MediaCensorJob?: {
        AudioCensorResult?: {
          Label?: string;
          Suggestion?: string;
        };
        BarrageCensorResult?: {
          Label?: string;
          Rate?: string;
          Scene?: string;
          Suggestion?: string;
        };
        Code?: string;
        CoverImageCensorResults?: {
          CoverImageCensorResult?: {
            Bucket?: string;
            Location?: string;
            Object?: string;
            Results?: {
              Result?: {
                Label?: string;
                Rate?: string;
                Scene?: string;
                Suggestion?: string;
              }[];
            };
          }[];
        };
        CreationTime?: string;
        DescCensorResult?: {
          Label?: string;
          Rate?: string;
          Scene?: string;
          Suggestion?: string;
        };
        FinishTime?: string;
        Input?: {
          Bucket?: string;
          Location?: string;
          Object?: string;
        };
        JobId?: string;
        Message?: string;
        PipelineId?: string;
        State?: string;
        Suggestion?: string;
        TitleCensorResult?: {
          Label?: string;
          Rate?: string;
          Scene?: string;
          Suggestion?: string;
        };
        UserData?: string;
        VensorCensorResult?: {
          CensorResults?: {
            CensorResult?: {
              Label?: string;
              Rate?: string;
              Scene?: string;
              Suggestion?: string;
            }[];
          };
          NextPageToken?: string;
          VideoTimelines?: {
            VideoTimeline?: {
              CensorResults?: {
                CensorResult?: {
                  Label?: string;
                  Rate?: string;
                  Scene?: string;
                  Suggestion?: string;
                }[];
              };
              Object?: string;
              Timestamp?: string;
            }[];
          };
        };
        VideoCensorConfig?: {
          BizType?: string;
          OutputFile?: {
            Bucket?: string;
            Location?: string;
            Object?: string;
          };
          VideoCensor?: string;
        };
      }[];
    };
    NextPageToken?: string;
    NonExistIds?: {
      String?: string[];
    };
    RequestId?: string;
  } };
  QueryMediaInfoJobList: { in: {
    MediaInfoJobIds: string;
  }; out: {
    MediaInfoJobList?: {
      MediaInfoJob?: {
        Async?: boolean;
        Code?: string;
        CreationTime?: string;
        Input?: {
          Bucket?: string;
          Location?: string;
          Object?: string;
        };
        JobId?: string;
        MNSMessageResult?: {
          ErrorCode?: string;
          ErrorMessage?: string;
          MessageId?: string;
        };
        Message?: string;
        PipelineId?: string;
        Properties?: {
          Bitrate?: string;
          Duration?: string;
          FileFormat?: string;
          FileMd5?: string;
          FileSize?: string;
          Format?: {
            Bitrate?: string;
            Duration?: string;
            FormatLongName?: string;
            FormatName?: string;
            NumPrograms?: string;
            NumStreams?: string;
            Size?: string;
            StartTime?: string;
            Tags?: string;
          };
          Fps?: string;
          Height?: string;
          Streams?: {
            AudioStreamList?: {
              AudioStream?: {
                Bitrate?: string;
                ChannelLayout?: string;
                Channels?: string;
                CodecLongName?: string;
                CodecName?: string;
                CodecTag?: string;
                CodecTagString?: string;
                CodecTimeBase?: string;
                Duration?: string;
                DurationInaccurate?: string;
                Index?: string;
                Lang?: string;
                NumFrames?: string;
                SampleFmt?: string;
                Samplerate?: string;
                StartTime?: string;
                Timebase?: string;
              }[];
            };
            SubtitleStreamList?: {
              SubtitleStream?: {
                CodecLongName?: string;
                CodecName?: string;
                CodecTag?: string;
                CodecTagString?: string;
                CodecTimeBase?: string;
                Duration?: string;
                Index?: string;
                Lang?: string;
                StartTime?: string;
                Timebase?: string;
              }[];
            };
            VideoStreamList?: {
              VideoStream?: {
                AvgFPS?: string;
                Bitrate?: string;
                CodecLongName?: string;
                CodecName?: string;
                CodecTag?: string;
                CodecTagString?: string;
                CodecTimeBase?: string;
                ColorPrimaries?: string;
                ColorRange?: string;
                ColorTransfer?: string;
                Dar?: string;
                DolbyVision?: {
                  Level?: string;
                  Profile?: string;
                };
                Duration?: string;
                DurationInaccurate?: string;
                Fps?: string;
                HasBFrames?: string;
                Height?: string;
                Index?: string;
                Lang?: string;
                Level?: string;
                NetworkCost?: {
                  AvgBitrate?: string;
                  CostBandwidth?: string;
                  PreloadTime?: string;
                };
                NumFrames?: string;
                PixFmt?: string;
                Profile?: string;
                Rotate?: string;
                Sar?: string;
                StartTime?: string;
                Timebase?: string;
                Width?: string;
              }[];
            };
          };
          Width?: string;
        };
        State?: string;
        UserData?: string;
      }[];
    };
    NonExistMediaInfoJobIds?: {
      String?: string[];
    };
    RequestId?: string;
  } };
  QueryMediaList: { in: {
    MediaIds: string;
    IncludeMediaInfo?: boolean;
    IncludePlayList?: boolean;
    IncludeSnapshotList?: boolean;
    IncludeSummaryList?: boolean;
  }; out: {
    MediaList?: {
      Media?: {
        Bitrate?: string;
        CateId?: number;
        CensorState?: string;
        CoverURL?: string;
        CreationTime?: string;
        Description?: string;
        Duration?: string;
        File?: {
          State?: string;
          URL?: string;
        };
        Format?: string;
        Fps?: string;
        Height?: string;
        MediaId?: string;
        MediaInfo?: {
          Format?: {
            Bitrate?: string;
            Duration?: string;
            FormatLongName?: string;
            FormatName?: string;
            NumPrograms?: string;
            NumStreams?: string;
            Size?: string;
            StartTime?: string;
          };
          Streams?: {
            AudioStreamList?: {
              AudioStream?: {
                Bitrate?: string;
                ChannelLayout?: string;
                Channels?: string;
                CodecLongName?: string;
                CodecName?: string;
                CodecTag?: string;
                CodecTagString?: string;
                CodecTimeBase?: string;
                Duration?: string;
                Index?: string;
                Lang?: string;
                NumFrames?: string;
                SampleFmt?: string;
                Samplerate?: string;
                StartTime?: string;
                Timebase?: string;
              }[];
            };
            SubtitleStreamList?: {
              SubtitleStream?: {
                Index?: string;
                Lang?: string;
              }[];
            };
            VideoStreamList?: {
              VideoStream?: {
                AvgFPS?: string;
                Bitrate?: string;
                CodecLongName?: string;
                CodecName?: string;
                CodecTag?: string;
                CodecTagString?: string;
                CodecTimeBase?: string;
                Dar?: string;
                Duration?: string;
                Fps?: string;
                HasBFrames?: string;
                Height?: string;
                Index?: string;
                Lang?: string;
                Level?: string;
                NetworkCost?: {
                  AvgBitrate?: string;
                  CostBandwidth?: string;
                  PreloadTime?: string;
                };
                NumFrames?: string;
                PixFmt?: string;
                Profile?: string;
                Rotate?: string;
                Sar?: string;
                StartTime?: string;
                Timebase?: string;
                Width?: string;
              }[];
            };
          };
        };
        PlayList?: {
          Play?: {
            ActivityName?: string;
            Bitrate?: string;
            Duration?: string;
            Encryption?: string;
            File?: {
              State?: string;
              URL?: string;
            };
            Format?: string;
            Fps?: string;
            Height?: string;
            MediaWorkflowId?: string;
            MediaWorkflowName?: string;
            Size?: string;
            Width?: string;
          }[];
        };
        PublishState?: string;
        RunIdList?: {
          RunId?: string[];
        };
        Size?: string;
        SnapshotList?: {
          Snapshot?: {
            ActivityName?: string;
            Count?: string;
            File?: {
              State?: string;
              URL?: string;
            };
            MediaWorkflowId?: string;
            MediaWorkflowName?: string;
            Type?: string;
          }[];
        };
        SummaryList?: {
          Summary?: {
            ActivityName?: string;
            File?: {
              State?: string;
              URL?: string;
            };
            MediaWorkflowId?: string;
            MediaWorkflowName?: string;
            Type?: string;
          }[];
        };
        Tags?: {
          Tag?: string[];
        };
        Title?: string;
        Width?: string;
      }[];
    };
    NonExistMediaIds?: {
      MediaId?: string[];
    };
    RequestId?: string;
  } };
  QueryMediaListByURL: { in: {
    FileURLs: string;
    IncludeMediaInfo?: boolean;
    IncludePlayList?: boolean;
    IncludeSnapshotList?: boolean;
    IncludeSummaryList?: boolean;
  }; out: {
    MediaList?: {
      Media?: {
        Bitrate?: string;
        CateId?: number;
        CensorState?: string;
        CoverURL?: string;
        CreationTime?: string;
        Description?: string;
        Duration?: string;
        File?: {
          State?: string;
          URL?: string;
        };
        Format?: string;
        Fps?: string;
        Height?: string;
        MediaId?: string;
        MediaInfo?: {
          Format?: {
            Bitrate?: string;
            Duration?: string;
            FormatLongName?: string;
            FormatName?: string;
            NumPrograms?: string;
            NumStreams?: string;
            Size?: string;
            StartTime?: string;
          };
          Streams?: {
            AudioStreamList?: {
              AudioStream?: {
                Bitrate?: string;
                ChannelLayout?: string;
                Channels?: string;
                CodecLongName?: string;
                CodecName?: string;
                CodecTag?: string;
                CodecTagString?: string;
                CodecTimeBase?: string;
                Duration?: string;
                Index?: string;
                Lang?: string;
                NumFrames?: string;
                SampleFmt?: string;
                Samplerate?: string;
                StartTime?: string;
                Timebase?: string;
              }[];
            };
            SubtitleStreamList?: {
              SubtitleStream?: {
                Index?: string;
                Lang?: string;
              }[];
            };
            VideoStreamList?: {
              VideoStream?: {
                AvgFPS?: string;
                Bitrate?: string;
                CodecLongName?: string;
                CodecName?: string;
                CodecTag?: string;
                CodecTagString?: string;
                CodecTimeBase?: string;
                Dar?: string;
                Duration?: string;
                Fps?: string;
                HasBFrames?: string;
                Height?: string;
                Index?: string;
                Lang?: string;
                Level?: string;
                NetworkCost?: {
                  AvgBitrate?: string;
                  CostBandwidth?: string;
                  PreloadTime?: string;
                };
                NumFrames?: string;
                PixFmt?: string;
                Profile?: string;
                Rotate?: string;
                Sar?: string;
                StartTime?: string;
                Timebase?: string;
                Width?: string;
              }[];
            };
          };
        };
        PlayList?: {
          Play?: {
            ActivityName?: string;
            Bitrate?: string;
            Duration?: string;
            Encryption?: string;
            File?: {
              State?: string;
              URL?: string;
            };
            Format?: string;
            Fps?: string;
            Height?: string;
            MediaWorkflowId?: string;
            MediaWorkflowName?: string;
            Size?: string;
            Width?: string;
          }[];
        };
        PublishState?: string;
        RunIdList?: {
          RunId?: string[];
        };
        Size?: string;
        SnapshotList?: {
          Snapshot?: {
            ActivityName?: string;
            Count?: string;
            File?: {
              State?: string;
              URL?: string;
            };
            MediaWorkflowId?: string;
            MediaWorkflowName?: string;
            Type?: string;
          }[];
        };
        SummaryList?: {
          Summary?: {
            ActivityName?: string;
            File?: {
              State?: string;
              URL?: string;
            };
            MediaWorkflowId?: string;
            MediaWorkflowName?: string;
            Type?: string;
          }[];
        };
        Tags?: {
          Tag?: string[];
        };
        Title?: string;
        Width?: string;
      }[];
    };
    NonExistFileURLs?: {
      FileURL?: string[];
    };
    RequestId?: string;
  } };
  QueryMediaWorkflowExecutionList: { in: {
    RunIds: string;
  }; out: {
    MediaWorkflowExecutionList?: {
      MediaWorkflowExecution?: {
        ActivityList?: {
          Activity?: {
            Code?: string;
            EndTime?: string;
            JobId?: string;
            MNSMessageResult?: {
              ErrorCode?: string;
              ErrorMessage?: string;
              MessageId?: string;
            };
            Message?: string;
            Name?: string;
            StartTime?: string;
            State?: string;
            Type?: string;
          }[];
        };
        CreationTime?: string;
        Input?: {
          InputFile?: {
            Bucket?: string;
            Location?: string;
            Object?: string;
          };
          UserData?: string;
        };
        MediaId?: string;
        MediaWorkflowId?: string;
        Name?: string;
        RunId?: string;
        State?: string;
      }[];
    };
    NonExistRunIds?: {
      RunId?: string[];
    };
    RequestId?: string;
  } };
  QueryMediaWorkflowList: { in: {
    MediaWorkflowIds: string;
  }; out: {
    MediaWorkflowList?: {
      MediaWorkflow?: {
        CreationTime?: string;
        MediaWorkflowId?: string;
        Name?: string;
        State?: string;
        Topology?: string;
        TriggerMode?: string;
      }[];
    };
    NonExistMediaWorkflowIds?: {
      MediaWorkflowId?: string[];
    };
    RequestId?: string;
  } };
  QueryPipelineList: { in: {
    PipelineIds: string;
  }; out: {
    NonExistPids?: {
      String?: string[];
    };
    PipelineList?: {
      Pipeline?: {
        ExtendConfig?: {
          IsBoostNew?: boolean;
          MaxMultiSpeed?: number;
          MultiSpeedDowngradePolicy?: string;
        };
        Id?: string;
        Name?: string;
        NotifyConfig?: {
          MqTag?: string;
          MqTopic?: string;
          QueueName?: string;
          Topic?: string;
        };
        QuotaAllocate?: number;
        Role?: string;
        Speed?: string;
        SpeedLevel?: number;
        State?: string;
      }[];
    };
    RequestId?: string;
  } };
  QuerySnapshotJobList: { in: {
    EndOfJobCreatedTimeRange?: string;
    MaximumPageSize?: number;
    NextPageToken?: string;
    PipelineId?: string;
    SnapshotJobIds?: string;
    StartOfJobCreatedTimeRange?: string;
    State?: string;
  }; out: {
    NextPageToken?: string;
    NonExistSnapshotJobIds?: {
      String?: string[];
    };
    RequestId?: string;
    SnapshotJobList?: {
      SnapshotJob?: {
        Code?: string;
        Count?: string;
        CreationTime?: string;
        Id?: string;
        Input?: {
          Bucket?: string;
          Location?: string;
          Object?: string;
          RoleArn?: string;
        };
        MNSMessageResult?: {
          ErrorCode?: string;
          ErrorMessage?: string;
          MessageId?: string;
        };
        Message?: string;
        PipelineId?: string;
        SnapshotConfig?: {
          FrameType?: string;
          Height?: string;
          Interval?: string;
          Num?: string;
          OutputFile?: {
            Bucket?: string;
            Location?: string;
            Object?: string;
            RoleArn?: string;
          };
          TileOut?: {
            CellHeight?: string;
            CellSelStep?: string;
            CellWidth?: string;
            Color?: string;
            Columns?: string;
            IsKeepCellPic?: string;
            Lines?: string;
            Margin?: string;
            Padding?: string;
          };
          TileOutputFile?: {
            Bucket?: string;
            Location?: string;
            Object?: string;
            RoleArn?: string;
          };
          Time?: string;
          TimeArray?: {
            TimePointList?: number[];
          };
          Width?: string;
        };
        State?: string;
        TileCount?: string;
        UserData?: string;
      }[];
    };
  } };
  QueryTemplateList: { in: {
    TemplateIds: string;
  }; out: {
    NonExistTids?: {
      String?: string[];
    };
    RequestId?: string;
    TemplateList?: {
      Template?: {
        Audio?: {
          Bitrate?: string;
          Channels?: string;
          Codec?: string;
          Profile?: string;
          Qscale?: string;
          Remove?: string;
          Samplerate?: string;
          Volume?: {
            IntegratedLoudnessTarget?: string;
            Level?: string;
            LoudnessRangeTarget?: string;
            Method?: string;
            PeakLevel?: string;
            TruePeak?: string;
          };
        };
        Container?: {
          Format?: string;
        };
        CreationTime?: string;
        Id?: string;
        MuxConfig?: {
          Gif?: {
            DitherMode?: string;
            FinalDelay?: string;
            IsCustomPalette?: string;
            Loop?: string;
          };
          Segment?: {
            Duration?: string;
          };
          Webp?: {
            Loop?: string;
          };
        };
        Name?: string;
        State?: string;
        TransConfig?: {
          AdjDarMethod?: string;
          IsCheckAudioBitrate?: string;
          IsCheckAudioBitrateFail?: string;
          IsCheckReso?: string;
          IsCheckResoFail?: string;
          IsCheckVideoBitrate?: string;
          IsCheckVideoBitrateFail?: string;
          TransMode?: string;
        };
        Video?: {
          Bitrate?: string;
          BitrateBnd?: {
            Max?: string;
            Min?: string;
          };
          Bufsize?: string;
          Codec?: string;
          Crf?: string;
          Crop?: string;
          Degrain?: string;
          Fps?: string;
          Gop?: string;
          Hdr2sdr?: string;
          Height?: string;
          LongShortMode?: string;
          MaxFps?: string;
          Maxrate?: string;
          NarrowBand?: {
            Abrmax?: number;
            MaxAbrRatio?: number;
            Version?: string;
          };
          Pad?: string;
          PixFmt?: string;
          Preset?: string;
          Profile?: string;
          Qscale?: string;
          Remove?: string;
          ResoPriority?: string;
          ScanMode?: string;
          Width?: string;
        };
      }[];
    };
  } };
  QueryWaterMarkTemplateList: { in: {
    WaterMarkTemplateIds: string;
  }; out: {
    NonExistWids?: {
      String?: string[];
    };
    RequestId?: string;
    WaterMarkTemplateList?: {
      WaterMarkTemplate?: {
        Dx?: string;
        Dy?: string;
        Height?: string;
        Id?: string;
        Name?: string;
        RatioRefer?: {
          Dx?: string;
          Dy?: string;
          Height?: string;
          Width?: string;
        };
        ReferPos?: string;
        State?: string;
        Timeline?: {
          Duration?: string;
          Start?: string;
        };
        Type?: string;
        Width?: string;
      }[];
    };
  } };
  SearchMediaWorkflow: { in: {
    PageNumber?: number;
    PageSize?: number;
    StateList?: string;
  }; out: {
    MediaWorkflowList?: {
      MediaWorkflow?: {
        CreationTime?: string;
        MediaWorkflowId?: string;
        Name?: string;
        State?: string;
        Topology?: string;
        TriggerMode?: string;
      }[];
    };
    PageNumber?: number;
    PageSize?: number;
    RequestId?: string;
    TotalCount?: number;
  } };
  SearchPipeline: { in: {
    PageNumber?: number;
    PageSize?: number;
    State?: string;
  }; out: {
    PageNumber?: number;
    PageSize?: number;
    PipelineList?: {
      Pipeline?: {
        CreationTime?: string;
        Id?: string;
        Name?: string;
        NotifyConfig?: {
          MqTag?: string;
          MqTopic?: string;
          QueueName?: string;
          Topic?: string;
        };
        QuotaAllocate?: number;
        Role?: string;
        Speed?: string;
        SpeedLevel?: number;
        State?: string;
      }[];
    };
    RequestId?: string;
    TotalCount?: number;
  } };
  SearchTemplate: { in: {
    NamePrefix?: string;
    PageNumber?: number;
    PageSize?: number;
    State?: string;
  }; out: {
    PageNumber?: number;
    PageSize?: number;
    RequestId?: string;
    TemplateList?: {
      Template?: {
        Audio?: {
          Bitrate?: string;
          Channels?: string;
          Codec?: string;
          Profile?: string;
          Qscale?: string;
          Remove?: string;
          Samplerate?: string;
        };
        Container?: {
          Format?: string;
        };
        CreationTime?: string;
        Id?: string;
        MuxConfig?: {
          Gif?: {
            DitherMode?: string;
            FinalDelay?: string;
            IsCustomPalette?: string;
            Loop?: string;
          };
          Segment?: {
            Duration?: string;
          };
        };
        Name?: string;
        State?: string;
        TransConfig?: {
          AdjDarMethod?: string;
          IsCheckAudioBitrate?: string;
          IsCheckAudioBitrateFail?: string;
          IsCheckReso?: string;
          IsCheckResoFail?: string;
          IsCheckVideoBitrate?: string;
          IsCheckVideoBitrateFail?: string;
          TransMode?: string;
        };
        Video?: {
          Bitrate?: string;
          BitrateBnd?: {
            Max?: string;
            Min?: string;
          };
          Bufsize?: string;
          Codec?: string;
          Crf?: string;
          Crop?: string;
          Degrain?: string;
          Fps?: string;
          Gop?: string;
          Hdr2sdr?: string;
          Height?: string;
          LongShortMode?: string;
          MaxFps?: string;
          Maxrate?: string;
          NarrowBand?: {
            Abrmax?: number;
            MaxAbrRatio?: number;
            Version?: string;
          };
          Pad?: string;
          PixFmt?: string;
          Preset?: string;
          Profile?: string;
          Qscale?: string;
          Remove?: string;
          ResoPriority?: string;
          ScanMode?: string;
          Width?: string;
        };
      }[];
    };
    TotalCount?: number;
  } };
  SearchWaterMarkTemplate: { in: {
    PageNumber?: number;
    PageSize?: number;
    State?: string;
  }; out: {
    PageNumber?: number;
    PageSize?: number;
    RequestId?: string;
    TotalCount?: number;
    WaterMarkTemplateList?: {
      WaterMarkTemplate?: {
        Dx?: string;
        Dy?: string;
        Height?: string;
        Id?: string;
        Name?: string;
        RatioRefer?: {
          Dx?: string;
          Dy?: string;
          Height?: string;
          Width?: string;
        };
        ReferPos?: string;
        State?: string;
        Timeline?: {
          Duration?: string;
          Start?: string;
        };
        Type?: string;
        Width?: string;
      }[];
    };
  } };
  SubmitAnalysisJob: { in: {
    Input: string;
    PipelineId: string;
    AnalysisConfig?: string;
    Priority?: string;
    UserData?: string;
  }; out: {
    AnalysisJob?: {
      AnalysisConfig?: {
        PropertiesControl?: {
          Crop?: {
            Height?: string;
            Left?: string;
            Mode?: string;
            Top?: string;
            Width?: string;
          };
          Deinterlace?: string;
        };
        QualityControl?: {
          MethodStreaming?: string;
          RateQuality?: string;
        };
      };
      Code?: string;
      CreationTime?: string;
      Id?: string;
      InputFile?: {
        Bucket?: string;
        Location?: string;
        Object?: string;
      };
      MNSMessageResult?: {
        ErrorCode?: string;
        ErrorMessage?: string;
        MessageId?: string;
      };
      Message?: string;
      Percent?: number;
      PipelineId?: string;
      Priority?: string;
      State?: string;
      TemplateList?: {
        Template?: {
          Audio?: {
            Bitrate?: string;
            Channels?: string;
            Codec?: string;
            Profile?: string;
            Qscale?: string;
            Samplerate?: string;
          };
          Container?: {
            Format?: string;
          };
          Id?: string;
          MuxConfig?: {
            Gif?: {
              FinalDelay?: string;
              Loop?: string;
            };
            Segment?: {
              Duration?: string;
            };
          };
          Name?: string;
          State?: string;
          TransConfig?: {
            TransMode?: string;
          };
          Video?: {
            Bitrate?: string;
            BitrateBnd?: {
              Max?: string;
              Min?: string;
            };
            Bufsize?: string;
            Codec?: string;
            Crf?: string;
            Degrain?: string;
            Fps?: string;
            Gop?: string;
            Height?: string;
            Maxrate?: string;
            PixFmt?: string;
            Preset?: string;
            Profile?: string;
            Qscale?: string;
            ScanMode?: string;
            Width?: string;
          };
        }[];
      };
      UserData?: string;
    };
    RequestId?: string;
  } };
  SubmitFpShotJob: { in: {
    FpShotConfig: string;
    Input: string;
    PipelineId?: string;
    UserData?: string;
  }; out: {
    JobId?: string;
    RequestId?: string;
  } };
  SubmitJobs: { in: {
    Input: string;
    OutputBucket: string;
    Outputs: string;
    PipelineId: string;
    OutputLocation?: string;
  }; out: {
    JobResultList?: {
      JobResult?: {
        Code?: string;
        Job?: {
          Code?: string;
          CreationTime?: string;
          FinishTime?: string;
          Input?: {
            Bucket?: string;
            Location?: string;
            Object?: string;
          };
          JobId?: string;
          MNSMessageResult?: {
            ErrorCode?: string;
            ErrorMessage?: string;
            MessageId?: string;
          };
          Message?: string;
          Output?: {
            AmixList?: {
              Amix?: {
                AmixURL?: string;
                Duration?: string;
                Map?: string;
                MixDurMode?: string;
                Start?: string;
              }[];
            };
            Audio?: {
              Bitrate?: string;
              Channels?: string;
              Codec?: string;
              Profile?: string;
              Qscale?: string;
              Samplerate?: string;
              Volume?: {
                Level?: string;
                Method?: string;
              };
            };
            AudioStreamMap?: string;
            Clip?: {
              TimeSpan?: {
                Duration?: string;
                Seek?: string;
              };
            };
            Container?: {
              Format?: string;
            };
            DeWatermark?: string;
            DigiWaterMark?: {
              Alpha?: string;
              InputFile?: {
                Bucket?: string;
                Location?: string;
                Object?: string;
              };
              Type?: string;
            };
            Encryption?: {
              Id?: string;
              Key?: string;
              KeyType?: string;
              KeyUri?: string;
              SkipCnt?: string;
              Type?: string;
            };
            M3U8NonStandardSupport?: {
              TS?: {
                Md5Support?: boolean;
                SizeSupport?: boolean;
              };
            };
            MergeConfigUrl?: string;
            MergeList?: {
              Merge?: {
                Duration?: string;
                MergeURL?: string;
                RoleArn?: string;
                Start?: string;
              }[];
            };
            MuxConfig?: {
              Gif?: {
                DitherMode?: string;
                FinalDelay?: string;
                IsCustomPalette?: string;
                Loop?: string;
              };
              Segment?: {
                Duration?: string;
              };
              Webp?: {
                Loop?: string;
              };
            };
            OpeningList?: {
              Opening?: {
                Height?: string;
                Start?: string;
                Width?: string;
                openUrl?: string;
              }[];
            };
            OutSubtitleList?: {
              OutSubtitle?: {
                Map?: string;
                Message?: string;
                OutSubtitleFile?: {
                  Bucket?: string;
                  Location?: string;
                  Object?: string;
                  RoleArn?: string;
                };
                Success?: boolean;
              }[];
            };
            OutputFile?: {
              Bucket?: string;
              Location?: string;
              Object?: string;
              RoleArn?: string;
            };
            Priority?: string;
            Properties?: {
              Bitrate?: string;
              Duration?: string;
              FileFormat?: string;
              FileSize?: string;
              Format?: {
                Bitrate?: string;
                Duration?: string;
                FormatLongName?: string;
                FormatName?: string;
                NumPrograms?: string;
                NumStreams?: string;
                Size?: string;
                StartTime?: string;
              };
              Fps?: string;
              Height?: string;
              Streams?: {
                AudioStreamList?: {
                  AudioStream?: {
                    Bitrate?: string;
                    ChannelLayout?: string;
                    Channels?: string;
                    CodecLongName?: string;
                    CodecName?: string;
                    CodecTag?: string;
                    CodecTagString?: string;
                    CodecTimeBase?: string;
                    Duration?: string;
                    Index?: string;
                    Lang?: string;
                    NumFrames?: string;
                    SampleFmt?: string;
                    Samplerate?: string;
                    StartTime?: string;
                    Timebase?: string;
                  }[];
                };
                SubtitleStreamList?: {
                  SubtitleStream?: {
                    Index?: string;
                    Lang?: string;
                  }[];
                };
                VideoStreamList?: {
                  VideoStream?: {
                    AvgFPS?: string;
                    Bitrate?: string;
                    CodecLongName?: string;
                    CodecName?: string;
                    CodecTag?: string;
                    CodecTagString?: string;
                    CodecTimeBase?: string;
                    Dar?: string;
                    Duration?: string;
                    Fps?: string;
                    HasBFrames?: string;
                    Height?: string;
                    Index?: string;
                    Lang?: string;
                    Level?: string;
                    NetworkCost?: {
                      AvgBitrate?: string;
                      CostBandwidth?: string;
                      PreloadTime?: string;
                    };
                    NumFrames?: string;
                    PixFmt?: string;
                    Profile?: string;
                    Sar?: string;
                    StartTime?: string;
                    Timebase?: string;
                    Width?: string;
                  }[];
                };
              };
              Width?: string;
            };
            Rotate?: string;
            SubtitleConfig?: {
              ExtSubtitleList?: {
                ExtSubtitle?: {
                  CharEnc?: string;
                  FontName?: string;
                  Input?: {
                    Bucket?: string;
                    Location?: string;
                    Object?: string;
                  };
                }[];
              };
              SubtitleList?: {
                Subtitle?: {
                  Map?: string;
                }[];
              };
            };
            SuperReso?: {
              IsHalfSample?: string;
            };
            TailSlateList?: {
              TailSlate?: {
                BgColor?: string;
                BlendDuration?: string;
                Height?: string;
                IsMergeAudio?: boolean;
                Start?: string;
                TailUrl?: string;
                Width?: string;
              }[];
            };
            TemplateId?: string;
            TransConfig?: {
              AdjDarMethod?: string;
              IsCheckAudioBitrate?: string;
              IsCheckAudioBitrateFail?: string;
              IsCheckReso?: string;
              IsCheckResoFail?: string;
              IsCheckVideoBitrate?: string;
              IsCheckVideoBitrateFail?: string;
              TransMode?: string;
            };
            UserData?: string;
            Video?: {
              Bitrate?: string;
              BitrateBnd?: {
                Max?: string;
                Min?: string;
              };
              Bufsize?: string;
              Codec?: string;
              Crf?: string;
              Crop?: string;
              Degrain?: string;
              Fps?: string;
              Gop?: string;
              Height?: string;
              MaxFps?: string;
              Maxrate?: string;
              Pad?: string;
              PixFmt?: string;
              Preset?: string;
              Profile?: string;
              Qscale?: string;
              ResoPriority?: string;
              ScanMode?: string;
              Width?: string;
            };
            VideoStreamMap?: string;
            WaterMarkConfigUrl?: string;
            WaterMarkList?: {
              WaterMark?: {
                Dx?: string;
                Dy?: string;
                Height?: string;
                InputFile?: {
                  Bucket?: string;
                  Location?: string;
                  Object?: string;
                };
                ReferPos?: string;
                Type?: string;
                WaterMarkTemplateId?: string;
                Width?: string;
              }[];
            };
          };
          Percent?: number;
          PipelineId?: string;
          State?: string;
        };
        Message?: string;
        Success?: boolean;
      }[];
    };
    RequestId?: string;
  } };
  SubmitMediaCensorJob: { in: {
    VideoCensorConfig: string;
    Barrages?: string;
    CoverImages?: string;
    Description?: string;
    ExternalUrl?: string;
    Input?: string;
    PipelineId?: string;
    Title?: string;
    UserData?: string;
  }; out: {
    JobId?: string;
    RequestId?: string;
  } };
  SubmitMediaInfoJob: { in: {
    Input: string;
    Async?: boolean;
    Config?: string;
    PipelineId?: string;
    UserData?: string;
  }; out: {
    MediaInfoJob?: {
      Async?: boolean;
      Code?: string;
      CreationTime?: string;
      Input?: {
        Bucket?: string;
        Location?: string;
        Object?: string;
      };
      JobId?: string;
      MNSMessageResult?: {
        ErrorCode?: string;
        ErrorMessage?: string;
        MessageId?: string;
      };
      Message?: string;
      PipelineId?: string;
      Properties?: {
        Bitrate?: string;
        Duration?: string;
        FileFormat?: string;
        FileSize?: string;
        Format?: {
          Bitrate?: string;
          Duration?: string;
          FormatLongName?: string;
          FormatName?: string;
          NumPrograms?: string;
          NumStreams?: string;
          Size?: string;
          StartTime?: string;
          Tags?: string;
        };
        Fps?: string;
        Height?: string;
        MD5?: string;
        Streams?: {
          AudioStreamList?: {
            AudioStream?: {
              Bitrate?: string;
              ChannelLayout?: string;
              Channels?: string;
              CodecLongName?: string;
              CodecName?: string;
              CodecTag?: string;
              CodecTagString?: string;
              CodecTimeBase?: string;
              Duration?: string;
              DurationInaccurate?: string;
              Index?: string;
              Lang?: string;
              NumFrames?: string;
              SampleFmt?: string;
              Samplerate?: string;
              StartTime?: string;
              Timebase?: string;
            }[];
          };
          SubtitleStreamList?: {
            SubtitleStream?: {
              CodecLongName?: string;
              CodecName?: string;
              CodecTag?: string;
              CodecTagString?: string;
              CodecTimeBase?: string;
              Duration?: string;
              Index?: string;
              Lang?: string;
              StartTime?: string;
              Timebase?: string;
            }[];
          };
          VideoStreamList?: {
            VideoStream?: {
              AvgFPS?: string;
              Bitrate?: string;
              CodecLongName?: string;
              CodecName?: string;
              CodecTag?: string;
              CodecTagString?: string;
              CodecTimeBase?: string;
              ColorPrimaries?: string;
              ColorRange?: string;
              ColorTransfer?: string;
              Dar?: string;
              DolbyVision?: {
                Level?: string;
                Profile?: string;
              };
              Duration?: string;
              DurationInaccurate?: string;
              Fps?: string;
              HasBFrames?: string;
              Height?: string;
              Index?: string;
              Lang?: string;
              Level?: string;
              NetworkCost?: {
                AvgBitrate?: string;
                CostBandwidth?: string;
                PreloadTime?: string;
              };
              NumFrames?: string;
              PixFmt?: string;
              Profile?: string;
              Rotate?: string;
              Sar?: string;
              StartTime?: string;
              Timebase?: string;
              Width?: string;
            }[];
          };
        };
        Width?: string;
      };
      State?: string;
      UserData?: string;
    };
    RequestId?: string;
  } };
  SubmitSnapshotJob: { in: {
    Input: string;
    SnapshotConfig: string;
    PipelineId?: string;
    UserData?: string;
  }; out: {
    RequestId?: string;
    SnapshotJob?: {
      Code?: string;
      Count?: string;
      CreationTime?: string;
      Id?: string;
      Input?: {
        Bucket?: string;
        Location?: string;
        Object?: string;
        RoleArn?: string;
      };
      MNSMessageResult?: {
        ErrorCode?: string;
        ErrorMessage?: string;
        MessageId?: string;
      };
      Message?: string;
      PipelineId?: string;
      SnapshotConfig?: {
        FrameType?: string;
        Height?: string;
        Interval?: string;
        Num?: string;
        OutputFile?: {
          Bucket?: string;
          Location?: string;
          Object?: string;
          RoleArn?: string;
        };
        TileOut?: {
          CellHeight?: string;
          CellSelStep?: string;
          CellWidth?: string;
          Color?: string;
          Columns?: string;
          IsKeepCellPic?: string;
          Lines?: string;
          Margin?: string;
          Padding?: string;
        };
        TileOutputFile?: {
          Bucket?: string;
          Location?: string;
          Object?: string;
          RoleArn?: string;
        };
        Time?: string;
        TimeArray?: {
          TimePointList?: number[];
        };
        Width?: string;
      };
      State?: string;
      TileCount?: string;
      UserData?: string;
    };
  } };
  UnbindInputBucket: { in: {
    Bucket: string;
    RoleArn?: string;
  }; out: {
    RequestId?: string;
  } };
  UnbindOutputBucket: { in: {
    Bucket: string;
  }; out: {
    RequestId?: string;
  } };
  UpdateMedia: { in: {
    MediaId: string;
    CateId?: number;
    CoverURL?: string;
    Description?: string;
    Tags?: string;
    Title?: string;
  }; out: {
    Media?: {
      Bitrate?: string;
      CateId?: number;
      CensorState?: string;
      CoverURL?: string;
      CreationTime?: string;
      Description?: string;
      Duration?: string;
      File?: {
        State?: string;
        URL?: string;
      };
      Format?: string;
      Fps?: string;
      Height?: string;
      MediaId?: string;
      PublishState?: string;
      RunIdList?: {
        RunId?: string[];
      };
      Size?: string;
      Tags?: {
        Tag?: string[];
      };
      Title?: string;
      Width?: string;
    };
    RequestId?: string;
  } };
  UpdateMediaCategory: { in: {
    MediaId: string;
    CateId?: number;
  }; out: {
    RequestId?: string;
  } };
  UpdateMediaCover: { in: {
    MediaId: string;
    CoverURL?: string;
  }; out: {
    RequestId?: string;
  } };
  UpdateMediaPublishState: { in: {
    MediaId: string;
    Publish?: boolean;
  }; out: {
    RequestId?: string;
  } };
  UpdateMediaWorkflow: { in: {
    MediaWorkflowId: string;
    Topology: string;
    Name?: string;
    TriggerMode?: string;
  }; out: {
    MediaWorkflow?: {
      CreationTime?: string;
      MediaWorkflowId?: string;
      Name?: string;
      State?: string;
      Topology?: string;
      TriggerMode?: string;
    };
    RequestId?: string;
  } };
  UpdateMediaWorkflowTriggerMode: { in: {
    MediaWorkflowId: string;
    TriggerMode: string;
  }; out: {
    MediaWorkflow?: {
      CreationTime?: string;
      MediaWorkflowId?: string;
      Name?: string;
      State?: string;
      Topology?: string;
      TriggerMode?: string;
    };
    RequestId?: string;
  } };
  UpdatePipeline: { in: {
    Name: string;
    PipelineId: string;
    State: string;
    ExtendConfig?: string;
    NotifyConfig?: string;
    Role?: string;
  }; out: {
    Pipeline?: {
      Id?: string;
      Name?: string;
      NotifyConfig?: {
        MqTag?: string;
        MqTopic?: string;
        QueueName?: string;
        Topic?: string;
      };
      QuotaAllocate?: number;
      Role?: string;
      Speed?: string;
      State?: string;
    };
    RequestId?: string;
  } };
  UpdateTemplate: { in: {
    Name: string;
    TemplateId: string;
    Audio?: string;
    Container?: string;
    MuxConfig?: string;
    TransConfig?: string;
    Video?: string;
  }; out: {
    RequestId?: string;
    Template?: {
      Audio?: {
        Bitrate?: string;
        Channels?: string;
        Codec?: string;
        Profile?: string;
        Qscale?: string;
        Remove?: string;
        Samplerate?: string;
        Volume?: {
          IntegratedLoudnessTarget?: string;
          Level?: string;
          LoudnessRangeTarget?: string;
          Method?: string;
          PeakLevel?: string;
          TruePeak?: string;
        };
      };
      Container?: {
        Format?: string;
      };
      Id?: string;
      MuxConfig?: {
        Gif?: {
          DitherMode?: string;
          FinalDelay?: string;
          IsCustomPalette?: string;
          Loop?: string;
        };
        Segment?: {
          Duration?: string;
        };
        Webp?: {
          Loop?: string;
        };
      };
      Name?: string;
      State?: string;
      TransConfig?: {
        AdjDarMethod?: string;
        IsCheckAudioBitrate?: string;
        IsCheckAudioBitrateFail?: string;
        IsCheckReso?: string;
        IsCheckResoFail?: string;
        IsCheckVideoBitrate?: string;
        IsCheckVideoBitrateFail?: string;
        TransMode?: string;
      };
      Video?: {
        Bitrate?: string;
        BitrateBnd?: {
          Max?: string;
          Min?: string;
        };
        Bufsize?: string;
        Codec?: string;
        Crf?: string;
        Crop?: string;
        Degrain?: string;
        Fps?: string;
        Gop?: string;
        Hdr2sdr?: string;
        Height?: string;
        LongShortMode?: string;
        MaxFps?: string;
        Maxrate?: string;
        NarrowBand?: {
          Abrmax?: number;
          MaxAbrRatio?: number;
          Version?: string;
        };
        Pad?: string;
        PixFmt?: string;
        Preset?: string;
        Profile?: string;
        Qscale?: string;
        Remove?: string;
        ResoPriority?: string;
        ScanMode?: string;
        Width?: string;
      };
    };
  } };
  UpdateWaterMarkTemplate: { in: {
    Config: string;
    Name: string;
    WaterMarkTemplateId: string;
  }; out: {
    RequestId?: string;
    WaterMarkTemplate?: {
      Dx?: string;
      Dy?: string;
      Height?: string;
      Id?: string;
      Name?: string;
      RatioRefer?: {
        Dx?: string;
        Dy?: string;
        Height?: string;
        Width?: string;
      };
      ReferPos?: string;
      State?: string;
      Timeline?: {
        Duration?: string;
        Start?: string;
      };
      Type?: string;
      Width?: string;
    };
  } };
  CancelMediaWorkflowExecution: { in: { RunId: string }; out: { RunId?: string; RequestId?: string } };
  ListMedia: {
    in: { NextPageToken?: string; MaximumPageSize?: number; From?: string; To?: string };
    out: { MediaList?: operations["QueryMediaList"]["out"]["MediaList"]; NextPageToken?: string; RequestId?: string };
  };
  SearchMedia: {
    in: Record<string, string | number | boolean | undefined>;
    out: { MediaList?: operations["QueryMediaList"]["out"]["MediaList"]; NextPageToken?: string; TotalCount?: number; RequestId?: string };
  };
  ListObjects: {
    in: { Bucket: string; Prefix?: string; NextPageToken?: string; MaximumPageSize?: number };
    out: { Objects?: { Key?: string; Size?: number; LastModified?: string; URL?: string }[]; Prefixes?: string[]; NextPageToken?: string; RequestId?: string };
  };
  MatchMediaWorkflows: { in: { Bucket: string; Object: string }; out: { MediaWorkflows?: { MediaWorkflowId?: string; Name?: string }[]; RequestId?: string } };
  ValidateTopology: { in: { Topology: string }; out: { Problems?: Problem[]; RequestId?: string } };
  SearchMediaWorkflowExecutions: {
    in: {
      MediaWorkflowId?: string; State?: string; HasFailure?: boolean; Name?: string; MediaId?: string; RunId?: string;
      StartOfCreationTime?: string; EndOfCreationTime?: string; NextPageToken?: string; MaximumPageSize?: number;
    };
    out: { Executions?: ExecutionRow[]; NextPageToken?: string; TotalCount?: number; RequestId?: string };
  };
  DescribeExecution: { in: { RunId: string }; out: { Execution?: Execution; RequestId?: string } };
  GetActivityLog: { in: { RunId: string; Activity: string }; out: { Log?: string; Commands?: string[]; Complete?: boolean; RequestId?: string } };
  DescribePipelineLoad: { in: { PipelineIds?: string }; out: { Pipelines?: PipelineLoad[]; RequestId?: string } };
  SignURLs: { in: { URLs: string }; out: { URLs?: { URL?: string; SignedURL?: string }[]; RequestId?: string } };
  GetOverview: { in: Record<string, never>; out: Overview & { RequestId?: string } };

}
export interface Problem { Activity?: string; Path?: string; Code?: string; Message?: string }
export interface ExecutionRow {
  RunId?: string; MediaWorkflowId?: string; MediaWorkflowName?: string; MediaId?: string; State?: string; Cancelled?: boolean;
  Input?: { Bucket?: string; Location?: string; Object?: string };
  CreationTime?: string; FinishTime?: string; Percent?: number; Failed?: number; Activities?: number; Done?: number;
}
export interface ActivityRow {
  Name?: string; Type?: string; State?: string; Waiting?: { Reason?: string }; StartTime?: string; FinishTime?: string; Percent?: number;
  JobId?: string; Code?: string; Message?: string; Help?: string; Attempt?: number;
  Pieces?: { Name?: string; State?: string; StartTime?: string; FinishTime?: string }[];
  Inputs?: { Name?: string; URL?: string }[];
  Outputs?: { Object?: string; Bucket?: string; Size?: number; URL?: string; Kind?: string; Facts?: Record<string, unknown> }[];
  Facts?: Record<string, unknown>; Commands?: string[];
}
export type Execution = Omit<ExecutionRow, "Activities"> & { Topology?: string; Doing?: string; Activities?: ActivityRow[] };
export interface Slot { RunId?: string; Activity?: string; JobIds?: string[]; Kind?: string; Input?: string; StartTime?: string; Percent?: number }
export interface Queued extends Slot { Priority?: number; CreationTime?: string; Reason?: string }
export interface PipelineLoad { Id?: string; Name?: string; State?: string; Limit?: number; Running?: number; Waiting?: number; Slots?: Slot[]; Queue?: Queued[] }
export interface Overview {
  Buckets?: { Input?: number; Output?: number }; Pipelines?: number; Workflows?: { Active?: number; Inactive?: number };
  Media?: number; Executions?: { Running?: number; Completed?: number; Fail?: number }; Storage?: Record<string, unknown>;
}
